using System.Security.Cryptography;
using Anycast.Steering;
using Edge.Native.Sockets;
using Edge.Node.Steering;
using Edge.Node.Takeover;
using Edge.Primitives;

namespace Edge.Node.Sessions;

/// <content>Sharing the media address with the other nodes of the PoP.</content>
public sealed partial class MediaNode
{
    /// <summary>Where others pass datagrams on to this node; empty when they do not. For tests.</summary>
    internal NetworkAddress Hop { get; private set; }

    /// <summary>What its PoP calls it. For tests.</summary>
    internal ushort Number => OwnerCode.NumberOf(Options.Node);

    /// <summary>Which sessions are of other nodes than their names say; null for a node whose address is its own.</summary>
    internal AdoptionDesk? Adoptions => _state.Adoptions;

    /// <summary>Has sessions kept at other nodes; null when they are not.</summary>
    internal TakeoverDesk? Takeover => _state.Takeover;

    /// <summary>Who answers what concerns a session.</summary>
    internal AnswerRule Answers => new(_state);

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
            _state.Shards[shard].Steer(CreateSteering(desk.Peers));
            if (!_state.Shards[shard].TryHop(sockets[shard]))
            {
                // What the shards have taken they close.
                Array.ForEach(sockets[shard..], socket => socket.Dispose());
                return SystemError.NoBuffers;
            }
        }

        _state.FlowDesk = desk;
        _state.Adoptions = new AdoptionDesk(_state, options, _factory.Keys);
        return SystemError.None;
    }

    /// <summary>Has other nodes of the PoP keep the sessions of this one, if they are to. Before the shards start.</summary>
    private void KeepSessions()
    {
        if (
            Options is
            { Takeover: { } options, Steering: { } steering, PopSecret.IsDefaultOrEmpty: false }
        )
        {
            _state.Takeover = new TakeoverDesk(
                _state,
                steering,
                options,
                _calls,
                _taker,
                _factory.Fork()
            );
        }
    }

    /// <summary>Lets the shards of a node that is alone in its PoP tell what is for other PoPs. Before they start.</summary>
    private void SteerAlone()
    {
        var pop = OwnerCode.NumberOf(Options.Pop);
        var peers = PopPeers.Create(pop, OwnerCode.NumberOf(Options.Node), []);
        foreach (var shard in _state.Shards)
        {
            shard.Steer(CreateSteering(peers));
        }
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
        _identities.Dispose();
        _stopping.Dispose();
    }
}
