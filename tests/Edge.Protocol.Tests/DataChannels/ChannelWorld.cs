using Edge.Protocol.DataChannels;
using Edge.Protocol.Dtls;
using Edge.Testing.Network;
using Xunit;

namespace Edge.Protocol.Tests.DataChannels;

/// <summary>Two transports on a simulated path, with the bounds checked after every step.</summary>
internal sealed class ChannelWorld
{
    public static readonly LinkConditions Rough = new()
    {
        Delay = TimeSpan.FromMilliseconds(20),
        Jitter = TimeSpan.FromMilliseconds(5),
        KeepsOrder = false,
        Loss = 0.05,
        ReorderProbability = 0.05,
        DuplicateProbability = 0.03,
    };

    public static readonly LinkConditions Clean = new() { Delay = TimeSpan.FromMilliseconds(10) };

    /// <summary>For paths whose bursts of loss last until packets end them: eleven timeouts in a row are no
    /// dead path there.</summary>
    public static readonly DataChannelTransportOptions Patient = new() { RetransmissionsMax = 100 };

    private readonly PeerPair<ChannelEndpoint, ChannelEndpoint> _pair;

    public ChannelWorld(
        ulong seed,
        LinkConditions? conditions = null,
        DataChannelTransportOptions? left = null,
        DataChannelTransportOptions? right = null
    )
    {
        _pair = PeerPair.Create(
            seed,
            random => new ChannelEndpoint(DtlsRole.Client, PeerPair.RightAddress, random, left),
            random => new ChannelEndpoint(
                DtlsRole.Server,
                PeerPair.LeftAddress,
                random,
                right ?? left
            ),
            conditions ?? Clean
        );
        Simulation.Tap = static (datagram, _) => PacketRules.Check(datagram.Bytes);
        Simulation.AddInvariant("buffers keep to their bounds", () => Keeps(Left) && Keeps(Right));
        Simulation.AddInvariant(
            "what is outstanding has a deadline",
            () => HasDeadline(Left) && HasDeadline(Right)
        );
    }

    public Simulation Simulation => _pair.Simulation;

    public ChannelEndpoint Left => _pair.Left;

    public ChannelEndpoint Right => _pair.Right;

    public SimulatedHost LeftHost => _pair.LeftHost;

    public static ChannelWorld Connected(
        ulong seed,
        LinkConditions? conditions = null,
        DataChannelTransportOptions? left = null,
        DataChannelTransportOptions? right = null
    )
    {
        var world = new ChannelWorld(seed, conditions, left, right);
        world.Left.Connect();
        world.Simulation.RunUntil(
            () => world.Left.Transport.IsConnected && world.Right.Transport.IsConnected,
            within: TimeSpan.FromSeconds(30)
        );
        return world;
    }

    /// <summary>Opens a channel from the left and waits until both have it.</summary>
    public ushort Open(DataChannelOptions? options = null)
    {
        var result = Left.Transport.Open(options ?? new(), out var id);
        Assert.Equal(DataChannelOpenResult.Opened, result);
        Simulation.RunUntil(
            () =>
                Left.Transport.StateOf(id) == DataChannelState.Open
                && Right.Transport.StateOf(id) == DataChannelState.Open,
            within: TimeSpan.FromSeconds(30)
        );
        return id;
    }

    public void RunUntil(Func<bool> condition, double seconds = 120) =>
        Simulation.RunUntil(condition, TimeSpan.FromSeconds(seconds));

    private static bool Keeps(ChannelEndpoint endpoint)
    {
        var options = endpoint.Options;
        var transport = endpoint.Transport;
        return transport.ReceiveHeldBytes >= 0
            && transport.ReceiveHeldBytes
                <= options.ReceiveBufferBytes + (3 * options.MessageBytesMax)
            && transport.SendHeldBytes >= 0
            && transport.SendHeldBytes <= options.SendBufferBytes + options.ChannelBufferBytes;
    }

    private static bool HasDeadline(ChannelEndpoint endpoint)
    {
        var sender = endpoint.Transport.Association.Sender;
        return sender.Outstanding.IsEmpty || sender.RetransmitAt.IsSet;
    }
}
