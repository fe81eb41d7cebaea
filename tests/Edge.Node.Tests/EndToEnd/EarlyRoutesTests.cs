using Control.Contract;
using Edge.Node.HandOver.Early;
using Edge.Node.Sessions;
using Edge.Primitives;
using Edge.Testing.Clients;
using Xunit;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>Clients whose first checks come to two other nodes of the PoP at once, by IPv4 and by IPv6, than their session was made
/// at.</summary>
public sealed class EarlyRoutesTests
{
    private const int Video = 1;

    /// <summary>Chosen: of so many none had flows to two other nodes of three once in 10^10 runs.</summary>
    private const int ClientsMax = 100;

    /// <summary>Of which as many are looked at as do not take long.</summary>
    private const int SplitMin = 3;

    private static readonly NetworkAddress IPv4 = NetworkAddress.FromIPv4(0x7F000001, 0);

    private static readonly NetworkAddress IPv6 = NetworkAddress.FromIPv6(
        [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
        0
    );

    [Fact]
    public async Task Publish_ChecksComeToTwoOtherNodes_ConnectsAndMovesOnceAtMost()
    {
        await using var pop = new PopHarness(3, hasMesh: true, change: OfBothFamilies);
        pop.First.RunFor(seconds: 1.5);
        for (var (clients, split) = (0, 0); split < SplitMin; clients++)
        {
            Assert.True(clients < ClientsMax, "No client's flows came to two other nodes.");
            var moved = pop.Nodes.Sum(Moved);
            long[] before = [.. pop.Nodes.Select(PassedOn)];
            var stream = new StreamKey("app", $"stream {clients}");
            var publisher = await pop.First.PublishAsync(stream: stream);
            using var other = new StrangerSocket(IPv6);
            CheckByBoth(pop, publisher, other);
            pop.RunUntil(() => publisher.Client.ConnectedAt.IsSet, "It does not connect.");

            var owner = Assert.Single(
                pop.Nodes,
                node => node.Node.State.HasSession(publisher.SessionId)
            );
            var isAway = !ReferenceEquals(owner, pop.First);
            Assert.Equal(moved + (isAway ? 1 : 0), pop.Nodes.Sum(Moved));
            var viewer = await owner.PlayAsync(stream: stream);
            pop.RunUntilAllGoOn([viewer], Video, frames: 5);
            split += pop.Nodes.Skip(1).Zip(before.Skip(1)).All(HasPassedOn) ? 1 : 0;
            Assert.True(owner.Node.State.HasSession(publisher.SessionId));
            pop.First.Leave(publisher);
            owner.Leave(viewer);
            await EndAsync(pop, publisher.SessionId, viewer.SessionId);
        }

        foreach (var node in pop.Nodes)
        {
            Assert.Equal(0, node.Moves(EarlyMoveOutcome.Lost));
        }

        Assert.Equal(0, pop.Sum(stats => stats.Faults));
    }

    /// <summary>The client's first check leaves by its own socket and, the same, by another one.</summary>
    private static void CheckByBoth(PopHarness pop, SocketClient client, StrangerSocket other)
    {
        var check = new byte[PacketPool.SlotBytes];
        client.Client.HandleTimeout(pop.First.Now);
        var length = client.Client.PollTransmit(check, pop.First.Now, out var meta);
        Assert.True(length > 0, "There is no check.");
        other.Send(check.AsSpan(0, length), IPv6.WithPort(meta.Destination.Port));
        client.SendRaw(check.AsSpan(0, length), IPv4.WithPort(meta.Destination.Port));
    }

    /// <summary>Nothing of them is passed on when the next come.</summary>
    private static async Task EndAsync(PopHarness pop, params string[] sessions)
    {
        foreach (var node in pop.Nodes)
        {
            foreach (var session in sessions)
            {
                _ = await node.Node.CloseAsync(
                    new SessionKey("app", session),
                    CancellationToken.None
                );
            }
        }
    }

    private static bool HasPassedOn((NodeHarness Node, long Before) pair) =>
        PassedOn(pair.Node) > pair.Before;

    private static long PassedOn(NodeHarness node)
    {
        long total = 0;
        foreach (var shard in node.Node.Shards)
        {
            total += shard.Stats.PassedOn;
        }

        return total;
    }

    private static long Moved(NodeHarness node) => node.Moves(EarlyMoveOutcome.Moved);

    private static MediaNodeOptions OfBothFamilies(MediaNodeOptions options) =>
        options with
        {
            Media = default(NetworkAddress).WithPort(options.Media.Port),
            Advertised = [IPv4, IPv6],
        };
}
