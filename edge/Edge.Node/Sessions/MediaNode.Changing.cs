using Control.Contract;
using Edge.Node.Shards;
using Edge.Protocol.Ice;
using Edge.Protocol.Negotiation;
using Edge.Protocol.Transport;
using Edge.Wire.Sdp;

namespace Edge.Node.Sessions;

/// <content>Changing, describing and ending sessions.</content>
public sealed partial class MediaNode
{
    /// <inheritdoc/>
    public async ValueTask<IceUpdateResult> UpdateIceAsync(
        IceUpdateRequest request,
        CancellationToken cancellation
    )
    {
        if (!TryFind(request.Session, out var session))
        {
            return new IceUpdateResult.NotFound();
        }

        if (!TrickleFragment.TryParse(request.Fragment, out var fragment, out var error))
        {
            return new IceUpdateResult.Refused(
                RefusalReason.Malformed,
                error?.Sentence ?? "The fragment cannot be read."
            );
        }

        await session.Gate.WaitAsync(cancellation);
        try
        {
            if (
                request.IfMatch is { } tag
                && !string.Equals(tag, session.IceTag, StringComparison.Ordinal)
            )
            {
                return new IceUpdateResult.Stale(session.IceTag);
            }

            // A lite agent sends no checks, so candidates are taken note of and nothing more.
            return fragment.IsRestartOf(session.RemoteFragment)
                ? await RestartAsync(session, fragment)
                : new IceUpdateResult.Trickled();
        }
        finally
        {
            session.Gate.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask<CloseResult> CloseAsync(
        SessionKey session,
        CancellationToken cancellation
    )
    {
        if (!TryFind(session, out var found))
        {
            return new CloseResult.NotFound();
        }

        var done = NewCompletion<bool>();
        var hasClosed =
            _state
                .Shards[found.OwnerShard]
                .TryPost(new ShardCommand.Close(found, PeerClosedReason.Requested, done))
            && await done.Task.WaitAsync(cancellation);
        return hasClosed ? new CloseResult.Closed() : new CloseResult.NotFound();
    }

    /// <inheritdoc/>
    public ValueTask CloseAppAsync(string appId)
    {
        // First: what arrives now is either found below, or sees it.
        _state.EndedApps.Note(appId, _state.Clock.Now());
        _calls.EndApp(appId);
        foreach (var session in _state.Sessions.All)
        {
            if (string.Equals(session.Stream.AppId, appId, StringComparison.Ordinal))
            {
                _state
                    .Shards[session.OwnerShard]
                    .Post(new ShardCommand.Close(session, PeerClosedReason.Requested, Done: null));
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask<DescribeResult> DescribeAsync(
        SessionKey session,
        CancellationToken cancellation
    )
    {
        if (!TryFind(session, out var found))
        {
            return new DescribeResult.NotFound();
        }

        var done = NewCompletion<SessionReport?>();
        var report = _state.Shards[found.OwnerShard].TryPost(new ShardCommand.Describe(found, done))
            ? await done.Task.WaitAsync(cancellation)
            : null;
        return report is null
            ? new DescribeResult.NotFound()
            : new DescribeResult.Found(report with { IsLeaving = _state.IsLeaving });
    }

    /// <inheritdoc/>
    public ValueTask<bool> IsLiveAsync(StreamKey stream, CancellationToken cancellation) =>
        ValueTask.FromResult(_state.Streams.IsLive(stream));

    /// <summary>No answer to a question that is longer than it may be, or has a stream twice: players are walked over for
    /// each.</summary>
    public ValueTask<ViewerCountResult> CountViewersAsync(
        ViewerCountRequest request,
        CancellationToken cancellation
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        var streams = request.Streams;
        var isAnswered =
            streams.Length <= ViewerCountRequest.StreamsMax
            && streams.Distinct().Count() == streams.Length;
        return ValueTask.FromResult(
            new ViewerCountResult(
                isAnswered ? [.. streams.Select(_state.Streams.CountViewers)] : []
            )
        );
    }

    private async ValueTask<IceUpdateResult> RestartAsync(Session session, TrickleFragment fragment)
    {
        var remote = new IceCredentials(fragment.UsernameFragment!, fragment.Password!);
        if (!remote.IsWellFormed)
        {
            return new IceUpdateResult.Refused(
                RefusalReason.Malformed,
                "The fragment's ICE credentials are not those of RFC 8839 §5.4."
            );
        }

        var random = _factory.Fork();
        var local = _factory.DrawCredentials(random);
        return await _factory.RestartIceAsync(session, local, remote)
            ? new IceUpdateResult.Restarted(
                RestartFragment.Write(_factory.Describe(session.Identity, local), session.Media),
                local.UsernameFragment
            )
            : new IceUpdateResult.NotFound();
    }

    private bool TryFind(
        SessionKey key,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Session? session
    ) =>
        _state.Sessions.TryFindById(key.SessionId, out session)
        // Ids of the session and track API are known to all who may pull: they are no permission here.
        && session.Role != SessionRole.Caller
        && string.Equals(session.Stream.AppId, key.AppId, StringComparison.Ordinal);

    private static TaskCompletionSource<T> NewCompletion<T>() =>
        new(TaskCreationOptions.RunContinuationsAsynchronously);
}
