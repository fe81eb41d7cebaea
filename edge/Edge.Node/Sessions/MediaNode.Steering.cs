using System.Security.Cryptography;
using Edge.Native.Sockets;
using Edge.Node.Steering;
using Edge.Primitives;

namespace Edge.Node.Sessions;

/// <content>Sharing the media address with the other nodes of the PoP.</content>
public sealed partial class MediaNode
{
    /// <summary>Where others pass datagrams on to this node; empty when they do not. For tests.</summary>
    internal NetworkAddress Hop { get; private set; }

    /// <summary>Lets the shards pass on what came for other nodes, and take what those pass on. Before they start.</summary>
    private SystemError Steer(SteeringOptions options)
    {
        var error = HopSockets.TryOpen(
            options.Hop,
            Options.SocketBufferBytes,
            Options.Shards,
            out var sockets
        );
        if (error != SystemError.None)
        {
            return error;
        }

        Hop = sockets[0].Local;
        var desk = new FlowDesk(_state, options);
        for (var shard = 0; shard < sockets.Length; shard++)
        {
            if (!_state.Shards[shard].TrySteer(CreateSteering(desk.Peers), sockets[shard]))
            {
                // What the shards have taken they close.
                Array.ForEach(sockets[shard..], socket => socket.Dispose());
                return SystemError.NoBuffers;
            }
        }

        _state.FlowDesk = desk;
        return SystemError.None;
    }

    private ShardSteering CreateSteering(PopPeers peers)
    {
        Span<byte> seed = stackalloc byte[Prng.SeedBytes];
        RandomNumberGenerator.Fill(seed);
        return new ShardSteering(_factory.Keys, peers, new Prng(seed));
    }

    /// <summary>Closes what was opened for a start that failed.</summary>
    private void Abandon()
    {
        foreach (var shard in _state.Shards)
        {
            shard.Dispose();
        }

        _state.Front?.Dispose();
        _dtls.Dispose();
        _stopping.Dispose();
    }
}
