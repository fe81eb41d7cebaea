using Edge.Node.HandOver.Giving;
using Edge.Node.Sessions;
using Edge.Node.Sessions.Calls;
using Edge.Node.Shards;
using Edge.Protocol.Transport;

namespace Edge.Node.Takeover.Portraits;

/// <summary>Writes sessions as they are, for other nodes to go on with them after a sudden end of this one. They notice nothing.</summary>
/// <remarks>In the form of a hand-over's parcel. Threads: any.</remarks>
internal sealed class SessionPortrayer(NodeState node)
{
    /// <summary>How long a request may hold a session. Chosen: as long as in a hand-over; whoever changes it has it written anew
    /// afterwards.</summary>
    private static readonly TimeSpan GateWithin = TimeSpan.FromMilliseconds(500);

    /// <summary>Writes a session.</summary>
    /// <param name="media">What a shard drives of it; null before its client's first description.</param>
    /// <param name="calls">What the session and track API knows of it; null for one of a stream.</param>
    /// <returns>What was written: secret, for it holds keys. Null when that cannot be now: it is in the middle of a handshake, a request holds
    /// it, its peer is another server, or it has ended.</returns>
    public async ValueTask<byte[]?> PortrayAsync(Session? media, CallsSession? calls)
    {
        using var written = new LeavingSession(media, calls);
        if (!await written.Gate.WaitAsync(GateWithin))
        {
            return null;
        }

        try
        {
            if (!written.IsWhole)
            {
                return null;
            }

            written.WriteCalls(node.Clock.Now());
            if (media is not null)
            {
                await PortrayMediaAsync(written, media);
            }

            return written.IsWritten ? written.Pack(node.Clock.Now()) : null;
        }
        finally
        {
            written.Gate.Release();
        }
    }

    private async ValueTask PortrayMediaAsync(LeavingSession written, Session media)
    {
        if (media.Role == SessionRole.Publisher)
        {
            written.Claim = node.StreamDesk?.TellOwn(media.Stream);
        }

        var done = new TaskCompletionSource<byte[]>(
            TaskCreationOptions.RunContinuationsAsynchronously
        );
        node.Shards[media.OwnerShard]
            .Post(new ShardCommand.Portray(media, written.Calls?.DataChannels, done));
        written.Take(new SessionCaptured(PeerCapture.Captured, await done.Task, [], [], []));
    }
}
