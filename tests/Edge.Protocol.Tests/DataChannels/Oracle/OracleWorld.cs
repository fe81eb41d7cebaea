using Edge.Protocol.DataChannels;
using Edge.Protocol.Dtls;
using Edge.Testing.Network;
using Xunit;

namespace Edge.Protocol.Tests.DataChannels.Oracle;

/// <summary>Our transport on the left, usrsctp on the right, a simulated path between.</summary>
internal sealed class OracleWorld : IDisposable
{
    private readonly PeerPair<ChannelEndpoint, UsrsctpPeer> _pair;

    public OracleWorld(ulong seed, LinkConditions conditions, bool isUsrsctpActive) =>
        _pair = PeerPair.Create(
            seed,
            random => new ChannelEndpoint(
                DtlsRole.Server,
                PeerPair.RightAddress,
                random,
                new()
                {
                    MessageBytesMax = 1024 * 1024,
                    PeerMessageBytesMax = 0,
                    ReceiveBufferBytes = 4 * 1024 * 1024,
                    ChannelBufferBytes = 2 * 1024 * 1024,
                    RetransmissionsMax = 100,
                }
            ),
            _ => new UsrsctpPeer(PeerPair.LeftAddress, isUsrsctpActive),
            conditions
        );

    public ChannelEndpoint Ours => _pair.Left;

    public UsrsctpPeer Theirs => _pair.Right;

    public Simulation Simulation => _pair.Simulation;

    public static OracleWorld Connected(
        ulong seed,
        LinkConditions conditions,
        bool isUsrsctpActive = false
    )
    {
        var world = new OracleWorld(seed, conditions, isUsrsctpActive);
        if (!isUsrsctpActive)
        {
            world.Ours.Connect();
        }

        world.RunUntil(() => world.Ours.Transport.IsConnected && world.Theirs.IsConnected);
        return world;
    }

    /// <summary>A channel that both know of.</summary>
    public ushort OpenNegotiated(DataChannelOptions? options = null)
    {
        var wanted = (options ?? new()) with { NegotiatedId = 4 };
        Assert.Equal(DataChannelOpenResult.Opened, Ours.Transport.Open(wanted, out var id));
        return id;
    }

    public void RunUntil(Func<bool> condition, double seconds = 120) =>
        Simulation.RunUntil(condition, TimeSpan.FromSeconds(seconds));

    public void Dispose() => Theirs.Dispose();
}
