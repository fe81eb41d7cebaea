using System.Buffers.Binary;
using Edge.Primitives;
using Edge.Testing.Network;
using Xunit;

namespace Edge.Testing.Tests.Network;

/// <summary>Tests of each effect of a link by itself.</summary>
public sealed class VirtualNetworkTests
{
    private static readonly NetworkAddress A = NetworkAddress.FromIPv4(0xC000_0201, 1);
    private static readonly NetworkAddress B = NetworkAddress.FromIPv4(0xC000_0202, 2);
    private static readonly NetworkAddress C = NetworkAddress.FromIPv4(0xC000_0203, 3);

    [Fact]
    public void Send_PerfectWire_ArrivesAtOnceUnchanged()
    {
        var network = new VirtualNetwork(1);
        byte[] bytes = [1, 2, 3];
        network.Send(A, B, bytes, At(5));
        bytes[0] = 9;
        Assert.Equal(At(5), network.PollTimeout());
        Assert.True(network.PollDeliver(At(5), out var datagram));
        Assert.Equal(A, datagram.From);
        Assert.Equal(B, datagram.To);
        Assert.Equal([1, 2, 3], datagram.Bytes);
        Assert.False(network.PollDeliver(At(5), out _));
        Assert.Equal(Instant.Never, network.PollTimeout());
        Assert.Equal(0, network.InFlight);
    }

    [Fact]
    public void Send_Delay_ArrivesThenAndNotBefore()
    {
        var network = new VirtualNetwork(1, new() { Delay = TimeSpan.FromMilliseconds(20) });
        network.Send(A, B, [1], At(5));
        Assert.Equal(At(25), network.PollTimeout());
        Assert.False(network.PollDeliver(At(24.9999), out _));
        Assert.True(network.PollDeliver(At(25), out _));
    }

    [Fact]
    public void SendPacket_Mtu_CountsNoHeadersTwice()
    {
        var network = new VirtualNetwork(1, new() { MtuBytes = 1500 });
        network.SendPacket(A, B, new byte[1500], At(0));
        network.SendPacket(A, B, new byte[1501], At(0));
        network.Send(A, B, new byte[1500], At(0));
        Assert.Equal(2, network.Stats.DroppedByMtu);
        Assert.Equal(1, network.InFlight);
    }

    [Fact]
    public void SetLink_OneDirection_LeavesTheOther()
    {
        var network = new VirtualNetwork(1);
        network.SetLink(A, B, new() { Delay = TimeSpan.FromMilliseconds(20) });
        network.Send(A, B, [1], At(0));
        network.Send(B, A, [2], At(0));
        Assert.True(network.PollDeliver(At(0), out var first));
        Assert.Equal(A, first.To);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Send_Jitter_StaysInRangeAndKeepsOrderWhenAsked(bool keepsOrder)
    {
        var network = new VirtualNetwork(
            Seeds.Next(),
            new()
            {
                Delay = TimeSpan.FromMilliseconds(20),
                Jitter = TimeSpan.FromMilliseconds(10),
                KeepsOrder = keepsOrder,
            }
        );
        var arrivals = SendNumbered(network, 1000, spacingMs: 1);
        Assert.Equal(1000, arrivals.Count);
        Assert.All(
            arrivals,
            arrival =>
                Assert.InRange((arrival.At - At(arrival.Number)).TotalMilliseconds, 10, 30.001)
        );
        var inOrder = arrivals
            .Zip(arrivals.Skip(1))
            .All(pair => pair.First.Number < pair.Second.Number);
        Assert.Equal(keepsOrder, inOrder);
    }

    [Fact]
    public void Send_CorrelatedJitter_NeighboursAreAlike()
    {
        Assert.True(MeanStepMs(correlation: 0.9) < MeanStepMs(correlation: 0) / 4);

        static double MeanStepMs(double correlation)
        {
            var network = new VirtualNetwork(
                7,
                new()
                {
                    Delay = TimeSpan.FromMilliseconds(20),
                    Jitter = TimeSpan.FromMilliseconds(10),
                    JitterCorrelation = correlation,
                }
            );
            var delays = SendNumbered(network, 500, spacingMs: 100)
                .Select(arrival => (arrival.At - At(arrival.Number * 100)).TotalMilliseconds)
                .ToArray();
            return delays.Zip(delays.Skip(1)).Average(pair => Math.Abs(pair.First - pair.Second));
        }
    }

    [Fact]
    public void Send_BernoulliLoss_LosesThatShare()
    {
        var network = new VirtualNetwork(3, new() { Loss = 0.1 });
        var arrivals = SendNumbered(network, 10_000, spacingMs: 0.1);
        Assert.InRange(arrivals.Count, 8800, 9200);
        Assert.Equal(10_000, arrivals.Count + network.Stats.Lost);
    }

    [Fact]
    public void Send_BurstLoss_MeanShareAndBurstLengthAsConfigured()
    {
        var bursts = new BurstLoss(ToBad: 0.02, ToGood: 0.25);
        var network = new VirtualNetwork(3, new() { Bursts = bursts });
        var arrived = SendNumbered(network, 50_000, spacingMs: 0.1)
            .Select(arrival => arrival.Number)
            .ToHashSet();
        var lost = Enumerable.Range(0, 50_000).Count(number => !arrived.Contains(number));
        var starts = Enumerable
            .Range(1, 49_999)
            .Count(number => !arrived.Contains(number) && arrived.Contains(number - 1));
        Assert.InRange(lost / 50_000.0, bursts.MeanLoss * 0.85, bursts.MeanLoss * 1.15);
        Assert.InRange((double)lost / starts, 3.5, 4.5);
    }

    [Fact]
    public void Send_Reordering_ExactlyTheGapOvertakes()
    {
        var network = new VirtualNetwork(
            5,
            new()
            {
                Delay = TimeSpan.FromMilliseconds(5),
                ReorderProbability = 0.01,
                ReorderGap = 3,
                ReorderHoldMax = TimeSpan.FromSeconds(1),
            }
        );
        var numbers = SendNumbered(network, 2000, spacingMs: 1)
            .Select(arrival => arrival.Number)
            .ToArray();
        Assert.Equal(2000, numbers.Distinct().Count());
        Assert.True(network.Stats.Reordered > 5);
        var late = Enumerable
            .Range(1, 1999)
            .Where(index => numbers[index] < numbers[index - 1])
            .ToArray();
        Assert.NotEmpty(late);
        Assert.Contains(late, index => numbers[index] == numbers[index - 1] - 3);
        Assert.Equal(0, network.InFlight);
    }

    [Fact]
    public void Send_ReorderedLastPacket_ArrivesAfterTheHold()
    {
        var network = new VirtualNetwork(
            5,
            new() { ReorderProbability = 1, ReorderHoldMax = TimeSpan.FromMilliseconds(50) }
        );
        network.Send(A, B, [1], At(0));
        Assert.Equal(At(50), network.PollTimeout());
        Assert.True(network.PollDeliver(At(50), out _));
    }

    [Fact]
    public void Send_Duplicate_ArrivesTwice()
    {
        var network = new VirtualNetwork(5, new() { DuplicateProbability = 1 });
        network.Send(A, B, [7], At(0));
        Assert.True(network.PollDeliver(At(0), out var first));
        Assert.True(network.PollDeliver(At(0), out var second));
        Assert.Equal(first.Bytes, second.Bytes);
        Assert.NotSame(first.Bytes, second.Bytes);
        Assert.False(network.PollDeliver(At(0), out _));
    }

    [Fact]
    public void Send_OneByteOverTheMtu_Vanishes()
    {
        var network = new VirtualNetwork(5, new() { MtuBytes = 1500 });
        network.Send(A, B, new byte[1472], At(0));
        network.Send(A, B, new byte[1473], At(0));
        var six = NetworkAddress.FromIPv6(new byte[16], 9);
        network.Send(A, six, new byte[1453], At(0));
        Assert.Equal(1, network.InFlight);
        Assert.Equal(2, network.Stats.DroppedByMtu);
    }

    [Fact]
    public void Send_LimitedRate_SpacesPacketsAndDropsAtTheTail()
    {
        // 1000 bytes with headers at 1 Mbit/s take 8 ms each; the queue takes four more than is leaving.
        var network = new VirtualNetwork(
            5,
            new() { Rate = Bitrate.FromKilobits(1000), QueueBytes = 5000 }
        );
        for (var count = 0; count < 10; count++)
        {
            network.Send(A, B, new byte[972], At(0));
        }

        Assert.Equal(5, network.InFlight);
        Assert.Equal(5, network.Stats.DroppedByQueue);
        for (var count = 1; count <= 5; count++)
        {
            Assert.Equal(At(8 * count), network.PollTimeout());
            Assert.True(network.PollDeliver(At(8 * count), out _));
        }

        network.Send(A, B, new byte[972], At(100));
        Assert.Equal(At(108), network.PollTimeout());
    }

    [Fact]
    public void Partition_SentOrArrivingMeanwhile_Lost()
    {
        var network = new VirtualNetwork(5, new() { Delay = TimeSpan.FromMilliseconds(10) });
        network.Send(A, B, [1], At(0));
        network.Partition([A], [B, C]);
        network.Send(B, A, [2], At(1));
        network.Send(B, C, [3], At(1));
        Assert.True(network.PollDeliver(At(20), out var datagram));
        Assert.Equal(C, datagram.To);
        Assert.False(network.PollDeliver(At(20), out _));
        Assert.Equal(2, network.Stats.Partitioned);
        network.Heal([A], [B, C]);
        network.Send(A, B, [4], At(30));
        Assert.True(network.PollDeliver(At(40), out _));
    }

    [Fact]
    public void Isolate_Address_NothingInOrOut()
    {
        var network = new VirtualNetwork(5);
        network.Isolate(A);
        network.Send(A, B, [1], At(0));
        network.Send(C, A, [2], At(0));
        Assert.False(network.PollDeliver(At(0), out _));
        network.Rejoin(A);
        network.Send(A, B, [3], At(1));
        Assert.True(network.PollDeliver(At(1), out _));
    }

    [Fact]
    public void Clog_OneLink_HoldsItInOrderAndLeavesOthers()
    {
        var network = new VirtualNetwork(5);
        network.Clog(A, B, until: At(100));
        network.Send(A, B, [1], At(0));
        network.Send(C, B, [2], At(10));
        network.Send(A, B, [3], At(20));
        Assert.Equal(At(10), network.PollTimeout());
        Assert.True(network.PollDeliver(At(50), out var other));
        Assert.Equal([2], other.Bytes);
        Assert.Equal(At(100), network.PollTimeout());
        Assert.False(network.PollDeliver(At(99), out _));
        Assert.True(network.PollDeliver(At(100), out var first));
        Assert.True(network.PollDeliver(At(100), out var second));
        Assert.Equal([1], first.Bytes);
        Assert.Equal([3], second.Bytes);
    }

    [Fact]
    public void Inject_AnySource_ArrivesWhateverTheLink()
    {
        var network = new VirtualNetwork(5, new() { Loss = 1 });
        network.Inject(A, B, [1], At(7));
        Assert.Equal(At(7), network.PollTimeout());
        Assert.True(network.PollDeliver(At(7), out _));
    }

    [Fact]
    public void Send_OtherLinksTraffic_LeavesThisLinksLuck()
    {
        var alone = Arrived(withOthers: false);
        Assert.Equal(alone, Arrived(withOthers: true));
        Assert.InRange(alone.Count, 1, 99);

        static List<byte> Arrived(bool withOthers)
        {
            var network = new VirtualNetwork(11, new() { Loss = 0.5 });
            var arrived = new List<byte>();
            for (byte number = 0; number < 100; number++)
            {
                if (withOthers)
                {
                    network.Send(C, B, [255], At(number));
                }

                network.Send(A, B, [number], At(number));
                while (network.PollDeliver(At(number), out var datagram))
                {
                    if (datagram.From == A)
                    {
                        arrived.Add(datagram.Bytes[0]);
                    }
                }
            }

            return arrived;
        }
    }

    [Fact]
    public void Stats_EveryEffectAtOnce_AddUp()
    {
        Seeds.Check(
            (seed, _) =>
            {
                var network = new VirtualNetwork(
                    seed,
                    LinkPresets.Congested with
                    {
                        ReorderProbability = 0.05,
                        DuplicateProbability = 0.05,
                        Loss = 0.05,
                    }
                );
                SendNumbered(network, 2000, spacingMs: 0.2);
                var stats = network.Stats;
                Assert.Equal(
                    stats.Sent + stats.Duplicated,
                    stats.Delivered
                        + stats.Lost
                        + stats.DroppedByMtu
                        + stats.DroppedByQueue
                        + stats.Partitioned
                );
                Assert.Equal(0, network.InFlight);
            },
            rounds: 20
        );
    }

    private static Instant At(double milliseconds) => Instant.FromMilliseconds(milliseconds);

    /// <summary>Sends numbered datagrams at an even pace, then waits for all that will arrive.</summary>
    private static List<(int Number, Instant At)> SendNumbered(
        VirtualNetwork network,
        int count,
        double spacingMs
    )
    {
        var arrivals = new List<(int, Instant)>();
        var bytes = new byte[4];
        for (var number = 0; number < count; number++)
        {
            var now = At(number * spacingMs);
            Take(now);
            BinaryPrimitives.WriteInt32BigEndian(bytes, number);
            network.Send(A, B, bytes, now);
        }

        Take(At(1e9));
        return arrivals;

        void Take(Instant until)
        {
            while (network.PollTimeout() is var at && at <= until)
            {
                Assert.True(network.PollDeliver(at, out var datagram));
                arrivals.Add((BinaryPrimitives.ReadInt32BigEndian(datagram.Bytes), at));
            }
        }
    }
}
