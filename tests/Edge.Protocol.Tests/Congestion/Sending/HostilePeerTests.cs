using Edge.Primitives;
using Edge.Protocol.Congestion.Sending;
using Edge.Protocol.Tests.Congestion.Sending.Simulation;
using Edge.Testing;
using Edge.Wire.Rtcp.Reports;
using Xunit;

namespace Edge.Protocol.Tests.Congestion.Sending;

/// <summary>A viewer that lies, or whose machine does: bounds hold, nothing throws, and what is true
/// later is believed then.</summary>
public sealed class HostilePeerTests
{
    private const double Lost = FeedbackBlocks.Lost;
    private static readonly Bitrate Min = new SendBandwidthOptions().Min;

    private readonly SendBandwidth _bandwidth = new(new SendBandwidthOptions());

    /// <summary>Half of all clocks are below zero in 24 bits with sign: a loss that comes first has no
    /// arrival before it.</summary>
    [Fact]
    public void RoundTrip_ClockBelowZeroAndALossFirst_IsMeasured()
    {
        Send(first: 1, count: 3);
        var block = FeedbackBlocks.Write(1, Lost, 64_000, 64_010);
        FeedbackBlocks.SetReferenceTime(block, -1000);
        _bandwidth.HandleFeedback(FeedbackBlocks.Read(block), Instant.FromMilliseconds(100));

        Assert.Equal(80, _bandwidth.RoundTrip.TotalMilliseconds);
    }

    [Fact]
    public void RoundTrip_ArrivalsGoBackwards_IsNeverBelowZero()
    {
        for (var block = 0; block < 50; block++)
        {
            Send(first: block * 3, count: 3, fromMs: block * 100);
            _bandwidth.HandleFeedback(
                FeedbackBlocks.Create(block * 3, 30_000, 22_000, 14_000),
                Instant.FromMilliseconds(block * 100 + 50)
            );

            Assert.InRange(_bandwidth.RoundTrip, TimeSpan.FromMilliseconds(1), SentPackets.AgeMax);
            Assert.InRange(_bandwidth.Target.BitsPerSecond, 50_000, 100_000_000);
        }
    }

    [Theory]
    [InlineData(double.MinValue)]
    [InlineData(-5)]
    [InlineData(0)]
    [InlineData(double.MaxValue)]
    public void HandleRoundTrip_Nonsense_IsBounded(double seconds)
    {
        var ticks = (long)(seconds * TimeSpan.TicksPerSecond);
        _bandwidth.HandleRoundTrip(new TimeSpan(ticks));
        _bandwidth.HandleRoundTrip(new TimeSpan(ticks));

        Assert.InRange(_bandwidth.RoundTrip, TimeSpan.FromMilliseconds(1), SentPackets.AgeMax);
    }

    /// <summary>A reference time may jump by six days a block, in one direction for ever.</summary>
    [Theory]
    [InlineData(0x7FFFFF)]
    [InlineData(-0x7FFFFF)]
    [InlineData(0x10000)]
    public void HandleFeedback_ClockJumpsEachTime_KeepsTheBounds(int stepUnits)
    {
        var block = FeedbackBlocks.Write(0, 0, 2, 4, 3);
        var reference = 0;
        for (var step = 0; step < 20_000; step++)
        {
            Send(first: step * 4, count: 4, fromMs: step * 10);
            reference = (reference + stepUnits) << 8 >> 8;
            FeedbackBlocks.SetReferenceTime(block, reference);
            FeedbackBlocks.SetBase(block, step * 4);
            _bandwidth.HandleFeedback(
                FeedbackBlocks.Read(block),
                Instant.FromMilliseconds(step * 10 + 9)
            );
        }

        Assert.InRange(_bandwidth.Target.BitsPerSecond, 50_000, 100_000_000);
        Assert.Equal(0, _bandwidth.StandingQueue.TotalMilliseconds);
    }

    /// <summary>A viewer's machine that slept for an hour.</summary>
    [Theory]
    [InlineData(3600)]
    [InlineData(-3600)]
    public void Estimate_ClockJumps_StaysWhereItWas(int seconds)
    {
        var world = new ViewerWorld(PathConditions.Step, seed: 4);
        world.Run(TimeSpan.FromSeconds(20));
        world.ClockOffset += TimeSpan.FromSeconds(seconds);
        world.Run(TimeSpan.FromSeconds(10));

        var used = world.Trace.Utilisation(20_000, 30_000);
        Assert.True(used > 0.8, $"Used {used:0.00}.");
    }

    [Fact]
    public void HandleRemb_Zero_IsForgottenWithItsLifetime()
    {
        _bandwidth.HandleRemb(Bitrate.Zero, Instant.Zero);
        Assert.Equal(Min, _bandwidth.Target);
        Grow(fromSecond: 20, toSecond: 40);

        Assert.True(_bandwidth.Target > Min * 2);
    }

    [Fact]
    public void HandleRemb_Largest_IsTheMost()
    {
        _bandwidth.HandleRemb(new(long.MaxValue), Instant.Zero);

        Assert.Equal(new SendBandwidthOptions().Max, _bandwidth.Target);
    }

    /// <summary>Any counts: bounds hold, and sane reports are believed after them.</summary>
    [Fact]
    public void HandleReport_WildCounts_KeepTheBounds() =>
        Seeds.Check(
            random =>
            {
                var bandwidth = new SendBandwidth(new SendBandwidthOptions());
                for (var step = 0; step < 1000; step++)
                {
                    var report = new ReportBlock(
                        new Ssrc((uint)random.NextInt32(100)),
                        (byte)random.NextInt32(256),
                        random.NextInt32(1 << 24) - (1 << 23),
                        random.NextUInt32(),
                        random.NextUInt32(),
                        random.NextUInt32(),
                        random.NextUInt32()
                    );
                    var neverSent = (long)random.NextUInt32() - int.MaxValue;
                    bandwidth.HandleReport(report, neverSent, Instant.FromMilliseconds(step * 50));
                    bandwidth.HandleRemb(new((long)random.NextUInt64()), new(step));

                    Assert.InRange(bandwidth.Target.BitsPerSecond, 50_000, 100_000_000);
                    Assert.InRange(bandwidth.LossFraction, 0, 1);
                }
            },
            rounds: 10
        );

    /// <summary>Blocks whose fields are anything, of packets that were sent: with them what a viewer may say
    /// wholly at will.</summary>
    [Fact]
    public void HandleFeedback_FieldsAtWill_KeepTheBounds() =>
        Seeds.Check(
            random =>
            {
                var bandwidth = new SendBandwidth(new SendBandwidthOptions());
                bandwidth.SetWanted(Bitrate.FromKilobits(5000), Instant.Zero);
                var nowMs = 0.0;
                var isHonest = false;
                for (var step = 0; step < 3000; step++)
                {
                    nowMs += random.NextInt32(100) == 0 ? random.NextInt32(20_000) : 5;
                    var now = Instant.FromMilliseconds(nowMs);
                    bandwidth.HandleSent(new((ushort)step), Draw(random, bandwidth, now), now);
                    if (random.NextInt32(4) == 0)
                    {
                        isHonest = random.NextInt32(20) == 0 ? !isHonest : isHonest;
                        var block = Write(random, step, nowMs, isHonest);
                        bandwidth.HandleFeedback(FeedbackBlocks.Read(block), now);
                    }

                    if (now >= bandwidth.PollTimeout())
                    {
                        bandwidth.HandleTimeout(now);
                    }

                    Assert.InRange(bandwidth.Target.BitsPerSecond, 50_000, 100_000_000);
                    Assert.InRange(bandwidth.Estimate.BitsPerSecond, 50_000, 100_000_000);
                    Assert.InRange(bandwidth.RoundTrip, TimeSpan.Zero, SentPackets.AgeMax);
                    Assert.InRange(bandwidth.LossFraction, 0, 1);
                    Assert.InRange(bandwidth.StandingQueue, TimeSpan.Zero, TimeSpan.FromDays(9));
                    Assert.True(bandwidth.InFlightBytes >= 0);
                    Assert.True(bandwidth.PollTimeout() > now);
                }
            },
            rounds: 20
        );

    private static SentPacket Draw(Prng random, SendBandwidth bandwidth, Instant now)
    {
        var cluster = bandwidth.TryTakeProbe(out var probe) ? probe.Cluster : (ushort)0;
        if (random.NextInt32(50) == 0)
        {
            bandwidth.SetWanted(new(random.NextInt32(8_000_000)), now);
        }

        return new(random.NextInt32(1400), SentPacketKind.Media, cluster);
    }

    private static byte[] Write(Prng random, int step, double nowMs, bool isHonest)
    {
        var arrivals = new double[1 + random.NextInt32(30)];
        for (var index = 0; index < arrivals.Length; index++)
        {
            arrivals[index] = isHonest
                ? nowMs + index * 5
                : random.NextInt32(3) - 1 + random.NextInt32(8000);
        }

        // A block tells of one that came.
        arrivals[^1] = Math.Abs(arrivals[^1]);
        var block = FeedbackBlocks.Write(step - random.NextInt32(40), arrivals);
        if (!isHonest)
        {
            FeedbackBlocks.SetReferenceTime(block, random.NextInt32(1 << 24));
        }

        return block;
    }

    private void Send(int first, int count, double fromMs = 0)
    {
        for (var index = 0; index < count; index++)
        {
            _bandwidth.HandleSent(
                new(unchecked((ushort)(first + index))),
                new SentPacket(1000),
                Instant.FromMilliseconds(fromMs + index * 10)
            );
        }
    }

    /// <summary>Reports without loss while as much is sent as is allowed.</summary>
    private void Grow(int fromSecond, int toSecond)
    {
        for (var second = fromSecond; second < toSecond; second++)
        {
            Send(first: second * 50, count: 50, second * 1000);
            _bandwidth.HandleReport(
                new ReportBlock(new Ssrc(1), 0, 0, (uint)second * 100, 0, 0, 0),
                neverSent: 0,
                Instant.FromMilliseconds(second * 1000 + 999)
            );
        }
    }
}
