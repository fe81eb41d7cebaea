using System.Collections.Immutable;
using Control.Contract;
using Control.Contract.Calls;

namespace Edge.Node.Sessions.Calls;

/// <content>Sessions and tracks as they are now.</content>
internal sealed partial class CallsNode
{
    /// <inheritdoc/>
    public async ValueTask<CallsResult<CallsSessionState>> GetSessionAsync(
        SessionKey session,
        CancellationToken cancellation
    ) =>
        TryFind(session, out var found)
            ? await DescribeAsync(found, cancellation)
            : CallsErrors.Gone;

    /// <inheritdoc/>
    public async ValueTask<SessionPage> ListSessionsAsync(
        ListSessionsRequest request,
        CancellationToken cancellation
    )
    {
        var page = state
            .Calls.All.Where(session => IsListed(session, request))
            .OrderBy(session => session.Id, StringComparer.Ordinal)
            .Take(request.CountMax);
        var states = ImmutableArray.CreateBuilder<CallsSessionState>();
        var looked = 0;
        string? last = null;
        foreach (var session in page)
        {
            looked++;
            last = session.Id;
            var described = await DescribeAsync(session, cancellation);
            if (described.IsDone)
            {
                states.Add(described.Value);
            }

            // Else it has ended, or another node has gone on with it, meanwhile.
        }

        return new SessionPage(states.ToImmutable(), looked < request.CountMax ? null : last);
    }

    private static bool IsListed(CallsSession session, ListSessionsRequest request) =>
        string.Equals(session.AppId, request.AppId, StringComparison.Ordinal)
        && (
            request.Group is null
            || string.Equals(session.Group, request.Group, StringComparison.Ordinal)
        )
        && (request.After is null || string.CompareOrdinal(session.Id, request.After) > 0);

    private async ValueTask<CallsResult<CallsSessionState>> DescribeAsync(
        CallsSession session,
        CancellationToken cancellation
    )
    {
        if (await EnterAsync(session, cancellation) is { } refusal)
        {
            return refusal;
        }

        try
        {
            var tracks = new List<TrackState>();
            foreach (var track in session.Published)
            {
                tracks.Add(
                    new TrackState(
                        TrackLocation.Local,
                        track.Mid,
                        session.Id,
                        track.Name,
                        KindNames.Of(track.Stream.Description.Kind),
                        StatusOf(track),
                        Simulcast: null
                    )
                    {
                        Content = track.Content,
                        IsEncrypted = track.IsEncrypted,
                    }
                );
            }

            foreach (var pulled in session.Pulled.Values)
            {
                tracks.Add(
                    new TrackState(
                        TrackLocation.Remote,
                        pulled.Mid,
                        pulled.Track.Publisher.SessionId,
                        pulled.Track.Name,
                        KindNames.Of(pulled.Track.Stream.Description.Kind),
                        StatusOf(pulled.Track),
                        pulled.Choice
                    )
                    {
                        Content = pulled.Track.Content,
                        IsEncrypted = pulled.Track.IsEncrypted,
                        Delivery = PulledTrack.InForce(pulled.Track, pulled.Delivery),
                    }
                );
            }

            return new CallsSessionState(
                session.Id,
                NameOf(session.Media?.State),
                session.CorrelationId,
                session.Owner,
                [.. tracks.OrderBy(track => track.Mid, StringComparer.Ordinal)],
                [.. session.DataChannels.All.Select(channel => Describe(session, channel))]
            )
            {
                Group = session.Group,
                Audio = session.Audio,
            };
        }
        finally
        {
            session.Gate.Release();
        }
    }

    private static DataChannelState Describe(CallsSession session, CallsChannel channel) =>
        new(
            channel.Location,
            channel.PublisherId,
            channel.Name,
            channel.End.Id,
            session.Media?.State == SessionState.Connected
                ? TrackStatus.Active
                : TrackStatus.Initializing
        );

    /// <summary>A track without a packet yet is being set up; one that is silent, or has ended, is not
    /// there.</summary>
    private TrackStatus StatusOf(CallsTrack track) =>
        track.Stream.IsRetired ? TrackStatus.Inactive
        : !track.Stream.Started.IsCompleted ? TrackStatus.Initializing
        : IsSilent(track, state.Clock.Now()) ? TrackStatus.Inactive
        : TrackStatus.Active;

    private static string NameOf(SessionState? media) =>
        media switch
        {
            SessionState.Connected => "connected",
            SessionState.Connecting => "connecting",
            SessionState.New or SessionState.Closed or SessionState.Moved or null => "new",
            _ => "new",
        };
}
