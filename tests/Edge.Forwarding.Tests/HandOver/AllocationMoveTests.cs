using Edge.Forwarding.Allocation;
using Edge.Forwarding.Downlinks;
using Edge.Forwarding.KeyFrames;
using Edge.Forwarding.Tests.Support;
using Edge.Forwarding.Tracks;
using Edge.Forwarding.Uplinks;
using Edge.Primitives;
using Edge.Protocol.Congestion.Sending;
using Edge.Testing;
using Edge.Wire.Payload;
using Edge.Wire.State;
using Xunit;

namespace Edge.Forwarding.Tests.HandOver;

/// <summary>What a viewer's shares, and a publisher's limits, remember goes along.</summary>
public sealed class AllocationMoveTests
{
    private static readonly int[] Rates = [150, 500, 1700];

    /// <summary>A network that goes up and down, and shares that are written and read again and again: each division is what
    /// it had been.</summary>
    [Fact]
    public void Moves_OfShares_EachDivisionIsTheSame() =>
        Seeds.Check(
            random =>
            {
                var start = Instant.FromMilliseconds(1000);
                var now = start;
                TrackShare[] stayed = [Share(0, 3), Share(1, 2), Share(0, 1)];
                TrackShare[] moved = [Share(0, 3), Share(1, 2), Share(0, 1)];
                var clock = TimeSpan.Zero;
                var estimate = 1000.0;
                for (var division = 0; division < 400; division++)
                {
                    now += TimeSpan.FromMilliseconds(500);
                    estimate *= 0.6 + random.NextInt32(80) / 100.0;
                    estimate = Math.Clamp(estimate, 100, 6000);
                    var room = Bitrate.FromKilobits((long)estimate);
                    Divide(stayed, room, now);
                    Divide(moved, room, now + clock);
                    Assert.Equal(Found(stayed), Found(moved));
                    if (random.NextInt32(6) == 0)
                    {
                        var to = TimeSpan.FromMinutes(random.NextInt32(5000));
                        moved = [.. moved.Select(share => Move(share, now + clock, now + to))];
                        clock = to;
                    }
                }
            },
            rounds: 10
        );

    /// <summary>Shares are in their order, with what was wished for them.</summary>
    [Fact]
    public void TryRead_Downlink_HasItsShares()
    {
        var bench = new TrackBench(CodecKind.Vp8);
        bench.Track.StartSource(1, [], bench.Now);
        var room = new WaitingRoom(bench.Pools);
        var downlink = new Downlink(new SendBandwidth(new SendBandwidthOptions()), room);
        Subscription[] subscriptions =
        [
            .. Enumerable.Range(0, 4).Select(_ => bench.Join().Subscription),
        ];
        for (var index = 0; index < 4; index++)
        {
            downlink.Add(subscriptions[index], isSound: index == 2, priority: index % 2);
        }

        bench.Publish(1000, 30, new SyntheticLayer(CodecKind.Vp8, 1, 0, 1, 1));
        downlink.Allocate(bench.Now);
        using var writer = new StateWriter(bench.Now, 1 << 16);
        downlink.Write(writer, subscriptions);
        var there = Instant.FromMilliseconds(50);
        var reader = new StateReader(writer.Written, there);
        var read = Downlink.TryRead(
            ref reader,
            new SendBandwidth(new SendBandwidthOptions()),
            room,
            subscriptions
        );

        Assert.NotNull(read);
        Assert.Equal(downlink.Given, read.Given);
        Assert.Equal(downlink.Stats, read.Stats);
        Assert.True(read.Find(subscriptions[2])!.IsSound);
        Assert.Equal(1, read.Find(subscriptions[3])!.Priority);
        Assert.True(read.Find(subscriptions[3])!.HasNewCeiling);
        using var again = new StateWriter(there, 1 << 16);
        read.Write(again, subscriptions);
        Assert.Equal(writer.Written, again.Written);

        reader = new StateReader(writer.Written, there);
        Assert.Null(Downlink.TryRead(ref reader, read.Bandwidth, room, subscriptions.AsSpan(0, 3)));
    }

    /// <summary>What was changed on its way is refused, or divides without harm.</summary>
    [Fact]
    public void TryRead_MutatedDownlink_RefusedOrHarmless() =>
        Seeds.Check(random =>
        {
            var bench = new TrackBench(CodecKind.Vp8);
            bench.Track.StartSource(1, [], bench.Now);
            var room = new WaitingRoom(bench.Pools);
            var downlink = new Downlink(new SendBandwidth(new SendBandwidthOptions()), room);
            Subscription[] subscriptions = [bench.Join().Subscription, bench.Join().Subscription];
            downlink.Add(subscriptions[0], isSound: false);
            downlink.Add(subscriptions[1], isSound: true);
            bench.Publish(1000, 30, new SyntheticLayer(CodecKind.Vp8, 1, 0, 1, 1));
            downlink.Allocate(bench.Now);
            using var writer = new StateWriter(bench.Now, 1 << 16);
            downlink.Write(writer, subscriptions);
            var accepted = 0;
            for (var round = 0; round < 2000; round++)
            {
                var state = writer.Written.ToArray();
                state[random.NextInt32(state.Length)] = (byte)random.NextInt32(256);
                state[random.NextInt32(state.Length)] = (byte)random.NextInt32(256);
                var reader = new StateReader(state, bench.Now);
                var bandwidth = new SendBandwidth(new SendBandwidthOptions());
                if (Downlink.TryRead(ref reader, bandwidth, room, subscriptions) is { } read)
                {
                    read.Allocate(bench.Now + TimeSpan.FromSeconds(1));
                    read.HandleTimeout(bench.Now + TimeSpan.FromSeconds(10));
                    accepted++;
                }
            }

            Assert.True(accepted > 100, $"{accepted} were accepted.");
        });

    /// <summary>What waits has its numbers already.</summary>
    [Fact]
    public void Write_DownlinkInWhichSomethingWaits_Throws()
    {
        var bench = new TrackBench(CodecKind.Vp8);
        var (subscription, _) = bench.Join();
        var downlink = new Downlink(
            new SendBandwidth(new SendBandwidthOptions()),
            new WaitingRoom(bench.Pools)
        );
        downlink.HandleTimeout(bench.Now);
        for (var packet = 0; packet < 100; packet++)
        {
            downlink.HandleSent(1400, isPadding: false, bench.Now);
            downlink.TryHold(subscription, default, isSound: false, bench.Now);
        }

        Assert.True(downlink.WaitingCount > 0);
        using var writer = new StateWriter(bench.Now, 1000);
        Assert.Throws<InvalidOperationException>(() => downlink.Write(writer, []));
    }

    [Fact]
    public void TryRead_TrackLimit_GoesOn()
    {
        var bench = new TrackBench(CodecKind.Vp8);
        bench.Track.StartSource(1, [Rid.Create("l"), Rid.Create("h")], bench.Now);
        var limit = new TrackLimit();
        var low = new SyntheticLayer(CodecKind.Vp8, 1, 0, 1, 1);
        var high = new SyntheticLayer(CodecKind.Vp8, 1, 1, 1, 1) { PacketsPerFrame = 9 };
        var audience = new TrackAudience(true, 1, Bitrate.Unlimited);
        for (var second = 1; second < 12; second++)
        {
            bench.Publish(1000 * second, 30, low, high);
            limit.Update(bench.Track, audience, bench.Now);
        }

        Assert.NotEqual(Bitrate.Unlimited, limit.Value);
        using var writer = new StateWriter(bench.Now, 1000);
        limit.Write(writer);
        var reader = new StateReader(writer.Written, bench.Now);
        var read = TrackLimit.TryRead(ref reader, bench.Track.SourceEpoch);
        Assert.NotNull(read);
        Assert.Equal(limit.Value, read.Value);
        read.Update(bench.Track, audience, bench.Now);
        limit.Update(bench.Track, audience, bench.Now);
        Assert.Equal(limit.Value, read.Value);
    }

    [Fact]
    public void TryRestore_Requester_GoesOnAskingAndNotMore()
    {
        var now = Instant.FromMilliseconds(70_000);
        var there = Instant.FromMilliseconds(30);
        var requester = new KeyFrameRequester(2, TimeSpan.FromMilliseconds(500));
        requester.Request(1, now);
        Assert.True(requester.TryTake(out _, now));
        using var writer = new StateWriter(now, 1000);
        requester.Write(writer);
        var read = new KeyFrameRequester(2, TimeSpan.FromMilliseconds(500));
        var reader = new StateReader(writer.Written, there);

        Assert.True(read.TryRestore(ref reader));
        Assert.True(read.IsOpen(1));
        Assert.False(read.TryTake(out _, there + TimeSpan.FromMilliseconds(499)));
        Assert.True(read.TryTake(out var layer, there + TimeSpan.FromMilliseconds(500)));
        Assert.Equal(1, layer);
        reader = new StateReader([0xC3], there);
        Assert.False(read.TryRestore(ref reader));
    }

    private static TrackShare Share(int priority, int steps)
    {
        var share = new TrackShare(new Subscription(new SequenceNumber(0), 0), isSound: false)
        {
            Priority = priority,
        };
        Offer(share, steps);
        return share;
    }

    private static void Offer(TrackShare share, int steps)
    {
        share.Steps.Clear();
        for (var step = 0; step < steps; step++)
        {
            share.Steps.Add(new LayerStep((sbyte)step, Bitrate.FromKilobits(Rates[step])));
        }
    }

    private static void Divide(TrackShare[] shares, Bitrate room, Instant now)
    {
        LayerAllocator.Allocate(shares, room, isKnown: true, now);
        RoomDivider.Divide(shares, room);
        foreach (var share in shares)
        {
            share.Current = share.Next;
            share.CurrentStep = share.Next < 0 ? share.CurrentStep : share.Steps[share.Next];
            share.IsOneLayer = share.Steps.Count == 1;
            share.UpdateCeiling(isKnown: true, usable: 1, now);
        }
    }

    private static TrackShare Move(TrackShare share, Instant from, Instant to)
    {
        using var writer = new StateWriter(from, 1000);
        share.Write(writer);
        var reader = new StateReader(writer.Written, to);
        var read = TrackShare.Read(ref reader, share.Subscription);
        Assert.False(reader.IsBroken);
        Offer(read, share.Steps.Count);
        read.IsOneLayer = share.IsOneLayer;
        return read;
    }

    private static string Found(TrackShare[] shares) =>
        string.Join(' ', shares.Select(share => $"{share.Current} {share.Room} {share.Ceiling}"));
}
