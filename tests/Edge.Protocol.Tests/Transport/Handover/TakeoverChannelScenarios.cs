using Edge.Primitives;
using Edge.Protocol.DataChannels;
using Edge.Protocol.Srtp;
using Edge.Protocol.Transport;
using Edge.Testing;
using Edge.Testing.Network;
using Edge.Wire.State;
using Xunit;

namespace Edge.Protocol.Tests.Transport.Handover;

/// <summary>A process ends without a word, and another one goes on with its peer: data channels end and open again, media does not
/// notice.</summary>
public sealed class TakeoverChannelScenarios
{
    private const ushort Agreed = 5;

    /// <summary>Portrait, group of its former channels.</summary>
    private static readonly int[] Former = [0, 10];

    private static readonly DataChannelOptions AgreedOptions = new()
    {
        NegotiatedId = Agreed,
        Label = "agreed on",
        Protocol = "ours",
    };

    /// <summary>Life after life, each with a portrait some time old: channels are named to who goes on, new ones carry messages both ways,
    /// and move on by a letter like any.</summary>
    [Fact]
    public void Survive_AnyMoments_ChannelsEndAndOthersOpen() =>
        Seeds.Check(
            (seed, random) =>
            {
                using var world = Connect(
                    seed,
                    new LinkConditions
                    {
                        Delay = TimeSpan.FromMilliseconds(random.NextInt32(50)),
                        Loss = random.NextInt32(3) * 0.01,
                    },
                    AgreedOptions
                );
                var lost = new List<ushort> { Agreed };
                for (var life = 0; life < 3; life++)
                {
                    var portrait = Portray(world);
                    var cameAt = world.Simulation.Now;
                    world.Simulation.RunFor(TimeSpan.FromSeconds(60 * random.NextDouble()));
                    Assert.Equal(
                        DataChannelSendResult.Accepted,
                        Channels(world).Node.Send(lost[^1], new byte[50_000], true, Now(world))
                    );
                    world.Node.ChannelEvents.Clear();
                    Survive(world, portrait, cameAt);
                    world.Simulation.RunFor(TimeSpan.FromMilliseconds(random.NextInt32(3000)));
                    _ = world.TryMove();
                    world.Simulation.RunFor(TimeSpan.FromSeconds(3));
                    Assert.Equal(lost, Of(world, DataChannelEventKind.ChannelLost));
                    world.Simulation.RunFor(TimeSpan.FromSeconds(12));
                    Assert.Equal(lost, Of(world, DataChannelEventKind.ChannelClosed).Order());
                    lost = [OpenAndUse(world)];
                }

                Assert.Equal(0, world.Client.Peer.Transport.Dropped(DropReason.NotAuthentic));
                Assert.Equal(0, world.Client.Peer.Transport.Dropped(DropReason.Replayed));
            },
            rounds: 5
        );

    /// <summary>Before the client is heard all is as it was agreed on.</summary>
    [Fact]
    public void Survive_Untouched_ChannelsBeginAsAgreed()
    {
        using var world = new HandoverWorld(Seeds.Next(), LinkPresets.Lan);
        world.Attach(AgreedOptions);
        world.Survive(Portray(world), world.Simulation.Now, [], []);
        world.Connect();
        world.Simulation.RunFor(TimeSpan.FromSeconds(1));
        Assert.Empty(Of(world, DataChannelEventKind.ChannelLost));
        Assert.Equal(AgreedOptions, Channels(world).Node.OptionsOf(Agreed));
        Assert.Equal(DataChannelState.Open, Channels(world).Node.StateOf(Agreed));
    }

    /// <summary>Of what ended there is nothing to go on with.</summary>
    [Fact]
    public void Survive_ChannelsHadEnded_HasNone()
    {
        using var world = Connect(Seeds.Next(), LinkPresets.Lan, AgreedOptions);
        Channels(world).Node.Abort();
        world.Simulation.RunFor(TimeSpan.FromSeconds(1));
        var portrait = Portray(world);
        Survive(world, portrait, world.Simulation.Now);
        Assert.Null(world.Node.Peer.Transport.Channels);
    }

    /// <summary>A version before takes the portrait for one without channels; one after may have appended something.</summary>
    [Fact]
    public void TryRevive_OfOtherVersions_IsTaken()
    {
        using var world = Connect(Seeds.Next(), LinkPresets.Lan, AgreedOptions);
        var portrait = StateTree.Parse(Portray(world));
        portrait.At(Former).Add(StateTree.Later);
        Survive(world, portrait.ToBytes(), world.Simulation.Now);
        Assert.Equal(DataChannelState.Closing, world.Node.Peer.Transport.Channels!.StateOf(Agreed));

        portrait.At(Former[0]).RemoveAt(Former[1]);
        Survive(world, portrait.ToBytes(), world.Simulation.Now);
        Assert.Null(world.Node.Peer.Transport.Channels);
    }

    [Fact]
    public void TryRevive_CutShortAnywhere_IsRefused()
    {
        using var world = Connect(Seeds.Next(), LinkPresets.Lan, AgreedOptions);
        var portrait = Portray(world);
        for (var length = 0; length < portrait.Length; length++)
        {
            Assert.Null(world.Read(portrait.AsSpan(0, length), world.Simulation.Now));
            Assert.Equal(0, world.Pool.RentedCount);
        }
    }

    /// <summary>Two channels on one id cannot be, nor channels that began before their peer.</summary>
    [Fact]
    public void TryRevive_MadeUp_IsRefused()
    {
        using var world = Connect(Seeds.Next(), LinkPresets.Lan, AgreedOptions);
        var twice = StateTree.Parse(Portray(world));
        var list = twice.At([.. Former, 6]);
        list.Add(list[0]);
        Assert.Null(world.Read(twice.ToBytes(), world.Simulation.Now));

        using var untouched = new HandoverWorld(Seeds.Next(), LinkPresets.Lan);
        var early = StateTree.Parse(Portray(untouched));
        early.At(Former[0]).Add(StateTree.Parse(Portray(world)).At(Former[0])[Former[1]]);
        Assert.Null(untouched.Read(early.ToBytes(), untouched.Simulation.Now));
    }

    private static HandoverWorld Connect(
        ulong seed,
        LinkConditions conditions,
        params DataChannelOptions[] channels
    )
    {
        var world = new HandoverWorld(seed, conditions);
        world.Attach(channels);
        world.Connect();
        world.Simulation.RunFor(TimeSpan.FromSeconds(2));
        return world;
    }

    private static byte[] Portray(HandoverWorld world)
    {
        using var writer = new StateWriter(Now(world), HandoverWorld.StateBytesMax);
        Assert.Equal(PeerCapture.Captured, world.Node.Peer.TryPortray(writer));
        return writer.Written.ToArray();
    }

    /// <summary>The former process was granted some more of each index than it has used.</summary>
    private static void Survive(HandoverWorld world, byte[] portrait, Instant cameAt)
    {
        var transport = world.Node.Peer.Transport;
        var received = new List<IndexBound>();
        transport.ListReceived(received);
        transport.LimitIndices();
        var uses = new List<IndexUse>();
        transport.ListIndices(uses);
        world.Survive(
            portrait,
            cameAt,
            [.. uses.Select(use => use.Granted with { Last = use.Used + 100 })],
            received
        );
    }

    private static ushort OpenAndUse(HandoverWorld world)
    {
        var (node, client) = Channels(world);
        Assert.Equal(DataChannelOpenResult.Opened, node.Open(new(), out var id));
        world.Simulation.RunFor(TimeSpan.FromSeconds(3));
        Assert.Equal(DataChannelState.Open, client.StateOf(id));
        world.Node.Messages.Clear();
        var (before, now) = (world.Client.Channels!.MessagesOf(id).Count, Now(world));
        Assert.Equal(DataChannelSendResult.Accepted, node.Send(id, [1], isBinary: true, now));
        now = world.Simulation.Now;
        Assert.Equal(DataChannelSendResult.Accepted, client.Send(id, [2], isBinary: true, now));
        world.Simulation.RunFor(TimeSpan.FromSeconds(3));
        Assert.Equal([1], Assert.Single(world.Client.Channels.MessagesOf(id).Skip(before)));
        Assert.Equal([2], Assert.Single(world.Node.Messages).Bytes);
        return id;
    }

    private static Instant Now(HandoverWorld world) => world.Node.Local(world.Simulation.Now);

    private static IEnumerable<ushort> Of(HandoverWorld world, DataChannelEventKind kind) =>
        world.Node.ChannelEvents.Where(entry => entry.Kind == kind).Select(entry => entry.Channel);

    private static (DataChannelTransport Node, DataChannelTransport Client) Channels(
        HandoverWorld world
    ) => (world.Node.Peer.Transport.Channels!, world.Client.Channels!.Transport);
}
