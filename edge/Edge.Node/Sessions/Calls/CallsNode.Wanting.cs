using System.Collections.Immutable;
using Control.Contract.Calls;
using Edge.Primitives;

namespace Edge.Node.Sessions.Calls;

/// <content>Which layers of its tracks a client is told that anybody watches, so that it need not send the
/// rest.</content>
internal sealed partial class CallsNode
{
    /// <inheritdoc/>
    public void HandleWanted(CallsTrack track) => TellWanted(track, state.Clock.Now());

    /// <summary>Tells clients of layers that nobody has watched for a while.</summary>
    public void WatchWanted(Instant now)
    {
        foreach (var session in state.Calls.All)
        {
            foreach (var track in session.Published)
            {
                TellWanted(track, now);
            }
        }
    }

    /// <summary>What happens from now on; a session's reader is told what holds of its layers, too.</summary>
    private IAsyncEnumerable<CallsEvent> ReadEvents(
        EventsRequest request,
        CancellationToken cancellation
    )
    {
        var events = state.Events.Read(request, cancellation);
        if (request.SessionId is { } id && state.Calls.TryFind(request.AppId, id, out var session))
        {
            foreach (var track in session.Published)
            {
                track.Wanted.Repeat();
            }
        }

        return events;
    }

    private void TellWanted(CallsTrack track, Instant now)
    {
        var stream = track.Stream;
        if (stream.IsRetired || stream.Source is not { Format.Rids: { Length: > 1 } rids })
        {
            return;
        }

        var all = (1u << rids.Length) - 1;
        var wanted = (stream.WantedLayers | stream.CarriedLayers) & all;
        if (wanted == 0 && stream.IsWatched)
        {
            // Somebody waits for whatever comes.
            wanted = all;
        }

        if (!track.Wanted.TryTell(all, wanted, now))
        {
            return;
        }

        var told = track.Wanted.Told;
        state.Events.Raise(
            track.Publisher with
            {
                IsPrivate = true,
            },
            () =>
                new CallsEvent(
                    CallsEventKind.TrackWanted,
                    track.Publisher.SessionId,
                    DateTimeOffset.UtcNow,
                    0
                )
                {
                    TrackName = track.Name,
                    Mid = track.Mid,
                    Rids = Name(rids, told),
                }
        );
    }

    private static ImmutableArray<string> Name(ImmutableArray<Rid> rids, uint layers)
    {
        var named = ImmutableArray.CreateBuilder<string>();
        for (var layer = 0; layer < rids.Length; layer++)
        {
            if ((layers >> layer & 1) != 0)
            {
                named.Add(rids[layer].ToString());
            }
        }

        return named.ToImmutable();
    }
}
