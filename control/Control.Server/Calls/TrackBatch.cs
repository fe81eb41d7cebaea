using System.Collections.Immutable;
using System.Text.Json;
using Control.Contract.Calls;
using Control.Server.Calls.Wire;
using Control.Server.Http.Json;

namespace Control.Server.Calls;

/// <summary>The tracks of a request: those to ask of the node, and those that failed before.</summary>
internal sealed class TrackBatch
{
    private readonly ImmutableArray<TrackAnswer?> _failed;
    private readonly ErrorAnswer? _firstError;

    private TrackBatch(
        ImmutableArray<TrackRequest> requests,
        ImmutableArray<TrackAnswer?> failed,
        ErrorAnswer? firstError
    )
    {
        Requests = requests;
        _failed = failed;
        _firstError = firstError;
    }

    /// <summary>Those to ask of the node, in the request's order.</summary>
    public ImmutableArray<TrackRequest> Requests { get; }

    /// <summary>Checks every track of a body.</summary>
    /// <param name="body">The body.</param>
    /// <param name="find">Why one fails, if it does: its JSON, what it asks for, its place.</param>
    public static TrackBatch From(
        JsonElement body,
        Func<JsonElement, TrackRequest, int, ErrorAnswer?> find
    )
    {
        var requests = ImmutableArray.CreateBuilder<TrackRequest>();
        var failed = ImmutableArray.CreateBuilder<TrackAnswer?>();
        ErrorAnswer? firstError = null;
        foreach (var value in body.FindItems("tracks"))
        {
            var track = CallsRequests.ToTrack(value);
            var error = find(value, track, failed.Count);
            failed.Add(error is null ? null : ToFailed(track, error));
            firstError ??= error;
            if (error is null)
            {
                requests.Add(track);
            }
        }

        return new TrackBatch(requests.ToImmutable(), failed.ToImmutable(), firstError);
    }

    /// <summary>The refusal of a request of which no track is left; null when one is.</summary>
    public CallsAnswer? FindRefusal()
    {
        if (!Requests.IsEmpty || _firstError is null)
        {
            return null;
        }

        var isForbidden = string.Equals(
            _firstError.ErrorCode,
            CallsErrors.Forbidden,
            StringComparison.Ordinal
        );
        return CallsAnswer.Refuse(
            isForbidden ? StatusCodes.Status403Forbidden : StatusCodes.Status406NotAcceptable,
            _firstError with
            {
                Tracks = [.. _failed.Select(item => item!)],
            }
        );
    }

    /// <summary>The node's items and the failed ones, in the request's order.</summary>
    public IReadOnlyList<TrackAnswer> Merge(ImmutableArray<TrackOutcome> outcomes)
    {
        var items = new List<TrackAnswer>(_failed.Length);
        var next = 0;
        foreach (var failed in _failed)
        {
            items.Add(failed ?? CallsAnswers.ToItem(outcomes[next++], withKind: false));
        }

        return items;
    }

    private static TrackAnswer ToFailed(TrackRequest track, ErrorAnswer error) =>
        new()
        {
            SessionId = track.Location == TrackLocation.Remote ? track.SessionId : null,
            TrackName = track.TrackName,
            ErrorCode = error.ErrorCode,
            ErrorDescription = error.ErrorDescription,
            Retryable = error.Retryable,
        };
}
