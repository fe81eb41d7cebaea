using System.Collections.Immutable;
using System.Net.Sockets;
using Edge.Native.Sockets;
using Edge.Node.Front;
using Edge.Primitives;

namespace Edge.Node.Sessions;

/// <content>Media over TCP, and the port that it shares with HTTPS.</content>
public sealed partial class MediaNode
{
    /// <summary>Where media and HTTPS share a port, as bound; empty when they do not.</summary>
    public ImmutableArray<NetworkAddress> FrontAddresses => _state.Front?.Listening ?? [];

    /// <summary>Gives the sockets of the media port to the process at the other end of a link, each with
    /// <see cref="SocketHandOver.Sign"/>; they stay the node's. It must not be disposed meanwhile.</summary>
    public SystemError GiveMediaTo(SafeSocketHandle link)
    {
        foreach (var shard in _state.Shards)
        {
            if (shard.GiveMediaTo(link) is not SystemError.None and var error)
            {
                return error;
            }
        }

        return SystemError.None;
    }

    /// <summary>What became of the connections there; for tests.</summary>
    internal FrontStats FrontStats => _state.Front?.Stats ?? default;

    /// <summary>Binds the shared port, if there is to be one, after the shards. Null when that was done.</summary>
    private static MediaNodeStart.FrontUnbound? OpenFront(NodeState state)
    {
        if (state.Options.Front is not { } options)
        {
            return null;
        }

        var error = FrontDoor.TryOpen(options, state, out var front, out var refused);
        if (error != SystemError.None)
        {
            foreach (var shard in state.Shards)
            {
                shard.Dispose();
            }

            return new MediaNodeStart.FrontUnbound(refused, error);
        }

        state.Front = front;
        return null;
    }

    /// <summary>The media port comes first: where both can be reached it spares the look at what comes first.</summary>
    private static ImmutableArray<NetworkAddress> TcpCandidatesOf(
        NodeState state,
        ImmutableArray<NetworkAddress> candidates
    )
    {
        var own = state.Options.MediaTcp.IsEmpty ? candidates : [state.Shards[0].Listening];
        return state.Front is { } front ? own.AddRange(front.Candidates) : own;
    }
}
