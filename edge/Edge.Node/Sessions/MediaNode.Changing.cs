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
    /// <summary>Fragments that lead to one session: the current one, the one before (RFC 8445 §9: it works
    /// until the new one is nominated), and one for a restart that overtakes another.</summary>
    private const int FragmentsMax = 3;

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
                ? await RestartAsync(session, fragment, cancellation)
                : new IceUpdateResult.Trickled();
        }
        finally
        {
            session.Gate.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask<bool> CloseAsync(SessionKey session, CancellationToken cancellation)
    {
        if (!TryFind(session, out var found))
        {
            return false;
        }

        var done = NewCompletion<bool>();
        return _state
                .Shards[found.OwnerShard]
                .TryPost(new ShardCommand.Close(found, PeerClosedReason.Requested, done))
            && await done.Task.WaitAsync(cancellation);
    }

    /// <inheritdoc/>
    public async ValueTask<SessionReport?> DescribeAsync(
        SessionKey session,
        CancellationToken cancellation
    )
    {
        if (!TryFind(session, out var found))
        {
            return null;
        }

        var done = NewCompletion<SessionReport?>();
        return _state.Shards[found.OwnerShard].TryPost(new ShardCommand.Describe(found, done))
            ? await done.Task.WaitAsync(cancellation)
            : null;
    }

    /// <inheritdoc/>
    public ValueTask<bool> IsLiveAsync(StreamKey stream, CancellationToken cancellation) =>
        ValueTask.FromResult(_state.Streams.IsLive(stream));

    private async ValueTask<IceUpdateResult> RestartAsync(
        Session session,
        TrickleFragment fragment,
        CancellationToken cancellation
    )
    {
        var remote = new IceCredentials(fragment.UsernameFragment!, fragment.Password!);
        if (!remote.IsWellFormed)
        {
            return new IceUpdateResult.Refused(
                RefusalReason.Malformed,
                "The fragment's ICE credentials are not those of RFC 8839 §5.4."
            );
        }

        var random = _names.Fork();
        var local = IceCredentials.Create(_names.Fragment(random), random);
        _state.Sessions.AddFragment(session, local.UsernameFragment);
        var done = NewCompletion<bool>();
        _state
            .Shards[session.OwnerShard]
            .Post(new ShardCommand.RestartIce(session, local, remote, done));
        if (!await done.Task.WaitAsync(cancellation))
        {
            _state.Sessions.RemoveFragment(local.UsernameFragment);
            return new IceUpdateResult.NotFound();
        }

        session.RemoteFragment = remote.UsernameFragment;
        KeepFragment(session, local.UsernameFragment);
        return new IceUpdateResult.Restarted(
            RestartFragment.Write(LocalTransport(local), session.Media),
            local.UsernameFragment
        );
    }

    private void KeepFragment(Session session, string fragment)
    {
        string[] fragments = [.. session.Fragments, fragment];
        if (fragments.Length > FragmentsMax)
        {
            _state.Sessions.RemoveFragment(fragments[0]);
            fragments = fragments[1..];
        }

        session.Fragments = fragments;
        if (session.State == SessionState.Closed)
        {
            // It closed before its shard could know of this one.
            _state.Sessions.RemoveFragment(fragment);
        }
    }

    private bool TryFind(
        SessionKey key,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Session? session
    ) =>
        _state.Sessions.TryFindById(key.SessionId, out session)
        && string.Equals(session.Stream.AppId, key.AppId, StringComparison.Ordinal);

    private static TaskCompletionSource<T> NewCompletion<T>() =>
        new(TaskCreationOptions.RunContinuationsAsynchronously);
}
