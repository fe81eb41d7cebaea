using Edge.Primitives;
using Edge.Protocol.Congestion.Sending;
using Edge.Protocol.Tests.Congestion.Sending.Simulation;
using Edge.Testing;
using Edge.Wire.Rtcp.Reports;
using Xunit;

namespace Edge.Protocol.Tests.Congestion.Sending;

public sealed class SendBandwidthTests
{
    private readonly SendBandwidth _bandwidth = new(new SendBandwidthOptions());

    [Fact]
    public void Target_NothingHeard_IsTheStart()
    {
        Assert.Equal(Bitrate.FromKilobits(300), _bandwidth.Target);
        Assert.Equal(Instant.Never, _bandwidth.PollTimeout());
        Assert.False(_bandwidth.TryTakeProbe(out _));
        Assert.False(_bandwidth.PollEvent(out _));
    }

    [Fact]
    public void HandleFeedback_First_ProbesAndMeasuresTheRoundTrip()
    {
        Send(number: 1, atMs: 0);
        Send(number: 2, atMs: 5);
        _bandwidth.HandleFeedback(
            FeedbackBlocks.Create(1, 500, 505),
            Instant.FromMilliseconds(105)
        );

        // The second packet was sent 100 ms before.
        Assert.Equal(TimeSpan.FromMilliseconds(100), _bandwidth.RoundTrip);
        Assert.True(_bandwidth.TryTakeProbe(out var probe));
        Assert.Equal(Bitrate.FromKilobits(900), probe.Rate);
    }

    [Fact]
    public void HandleRemb_NoTransportFeedback_IsTheTarget()
    {
        _bandwidth.HandleRemb(Bitrate.FromKilobits(1234), Instant.Zero);

        Assert.Equal(Bitrate.FromKilobits(1234), _bandwidth.Target);
        Assert.True(_bandwidth.PollEvent(out var happened));
        Assert.Equal(SendBandwidthEvent.TargetChanged, happened);
        Assert.False(_bandwidth.PollEvent(out _));
    }

    [Fact]
    public void HandleRemb_WithTransportFeedback_IsALimit()
    {
        var world = new ViewerWorld(PathConditions.Step, seed: 1);
        world.Run(TimeSpan.FromSeconds(5));
        Assert.True(world.Bandwidth.Target > Bitrate.FromKilobits(1500));

        world.Bandwidth.HandleRemb(Bitrate.FromKilobits(400), world.Now);
        Assert.Equal(Bitrate.FromKilobits(400), world.Bandwidth.Target);
        world.Bandwidth.HandleRemb(Bitrate.FromKilobits(50_000), world.Now);
        Assert.True(world.Bandwidth.Target > Bitrate.FromKilobits(1500));
    }

    [Fact]
    public void HandleReport_NoTransportFeedback_GrowsAndFallsByLoss()
    {
        Report(highest: 0, lost: 0, atMs: 0);
        for (var second = 1; second <= 5; second++)
        {
            SendSecond(second, packets: 40);
            Report((uint)second * 100, lost: 0, second * 1000);
        }

        var grown = _bandwidth.Target;
        Assert.InRange(grown.BitsPerSecond, 380_000, 450_000);
        Report(highest: 600, lost: 30, atMs: 6000);
        Assert.True(_bandwidth.Target < grown);
    }

    /// <summary>One packet of a hundred says nothing of what the network carries; a tenth does.</summary>
    [Fact]
    public void IsLossBound_NoTransportFeedback_AfterHeavyLossOnly()
    {
        Report(highest: 0, lost: 0, atMs: 0);
        Report(highest: 100, lost: 1, atMs: 1000);
        Report(highest: 200, lost: 2, atMs: 2000);
        Assert.True(_bandwidth.LossFraction > 0);
        Assert.False(_bandwidth.IsLossBound);

        Report(highest: 300, lost: 22, atMs: 3000);
        Assert.True(_bandwidth.IsLossBound);
    }

    [Fact]
    public void HandleTimeout_NothingHeard_LowersAndComesBack()
    {
        var world = new ViewerWorld(PathConditions.Step, seed: 2);
        world.Run(TimeSpan.FromSeconds(10));
        var before = world.Bandwidth.Estimate;
        Drain(world.Bandwidth);
        world.IsDeaf = true;
        world.Run(TimeSpan.FromSeconds(3));

        Assert.True(world.Bandwidth.Estimate < before * 0.7);
        Assert.Contains(SendBandwidthEvent.FeedbackStopped, Drain(world.Bandwidth));
        world.IsDeaf = false;
        world.Run(TimeSpan.FromSeconds(2));

        Assert.Contains(SendBandwidthEvent.FeedbackResumed, Drain(world.Bandwidth));
        Assert.True(world.Bandwidth.Estimate > before * 0.8);
    }

    /// <summary>A source that makes little is idle: its estimate is kept by probes, not by what it
    /// sends.</summary>
    [Fact]
    public void Estimate_IdleSource_IsFoundByProbes()
    {
        var world = new ViewerWorld(PathConditions.Step, seed: 3)
        {
            SourceMax = Bitrate.FromKilobits(200),
        };
        world.Run(TimeSpan.FromSeconds(30));

        Assert.True(world.Bandwidth.IsIdle);
        Assert.InRange(world.Bandwidth.Estimate.BitsPerSecond, 1_500_000, 3_000_000);
    }

    /// <summary>Nobody tells of what is not sent: only time can ask for a test.</summary>
    [Fact]
    public void HandleTimeout_NothingSentForFiveSeconds_AsksForAProbe()
    {
        Send(number: 1, atMs: 0);
        _bandwidth.HandleFeedback(FeedbackBlocks.Create(1, 500), Instant.FromMilliseconds(50));
        while (_bandwidth.TryTakeProbe(out _)) { }

        Assert.Equal(Instant.FromMilliseconds(5050), _bandwidth.PollTimeout());
        _bandwidth.HandleTimeout(Instant.FromMilliseconds(5050));
        Assert.True(_bandwidth.TryTakeProbe(out var probe));
        Assert.Equal(Bitrate.FromKilobits(600), probe.Rate);
        Assert.Equal(Instant.FromMilliseconds(10_050), _bandwidth.PollTimeout());

        _bandwidth.SetWanted(Bitrate.FromKilobits(100), Instant.FromMilliseconds(6000));
        Assert.Equal(Instant.Never, _bandwidth.PollTimeout());
    }

    /// <summary>A limit by losses goes when a probe went through, though delays always allowed as
    /// much.</summary>
    [Fact]
    public void Estimate_LossesOver_IsFoundByAProbe()
    {
        var world = new ViewerWorld(PathConditions.Step, seed: 5);
        world.Run(TimeSpan.FromSeconds(10));
        world.Path.Loss = 0.4;
        world.Run(TimeSpan.FromSeconds(10));
        Assert.True(world.Bandwidth.Estimate < Bitrate.FromKilobits(500));
        world.Path.Loss = 0;
        world.Run(TimeSpan.FromSeconds(5));

        Assert.True(world.Bandwidth.Estimate > Bitrate.FromKilobits(1700));
    }

    /// <summary>A pacer that cannot probe, and feedback of probes that never comes.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Estimate_ProbesWithoutResult_GrowsByWhatIsSent(bool areTaken)
    {
        for (var block = 0; block < 300; block++)
        {
            for (var index = 0; index < 4; index++)
            {
                Send(number: block * 4 + index, atMs: block * 100 + index * 25);
            }

            var arrivals = new[] { 20.0, 45, 70, 95 };
            _bandwidth.HandleFeedback(
                FeedbackBlocks.Create(
                    block * 4,
                    Array.ConvertAll(arrivals, ms => ms + block * 100)
                ),
                Instant.FromMilliseconds(block * 100 + 99)
            );
            while (areTaken && _bandwidth.TryTakeProbe(out _)) { }
        }

        // A dozen of them in the first five seconds.
        Assert.InRange(_bandwidth.Stats.Probes, 0, 30);
        Assert.True(_bandwidth.Estimate > Bitrate.FromKilobits(400));
    }

    [Fact]
    public void Validate_Defaults_AreSoundAndNonsenseIsNamed()
    {
        Assert.Empty(new SendBandwidthOptions().Validate());
        Assert.Equal(
            3,
            new SendBandwidthOptions
            {
                Min = Bitrate.Zero,
                Start = Bitrate.FromKilobits(200_000),
                ProbeMax = Bitrate.Zero,
            }
                .Validate()
                .Count
        );
    }

    /// <summary>Any bytes that parse: bounds hold and nothing throws.</summary>
    [Fact]
    public void HandleFeedback_NonsenseOfThePeer_KeepsTheBounds() =>
        Seeds.Check(
            random =>
            {
                var bandwidth = new SendBandwidth(new SendBandwidthOptions());
                for (var step = 0; step < 2000; step++)
                {
                    var now = Instant.FromMilliseconds(step * 5);
                    bandwidth.HandleSent(new((ushort)step), new(random.NextInt32(1400)), now);
                    if (random.NextInt32(5) == 0)
                    {
                        var arrivals = new double[1 + random.NextInt32(30)];
                        for (var index = 0; index < arrivals.Length; index++)
                        {
                            arrivals[index] = random.NextInt32(3) - 1 + random.NextInt32(8000);
                        }

                        bandwidth.HandleFeedback(
                            FeedbackBlocks.Create(step - random.NextInt32(40), arrivals),
                            now
                        );
                    }

                    if (now >= bandwidth.PollTimeout())
                    {
                        bandwidth.HandleTimeout(now);
                    }

                    Assert.InRange(bandwidth.Target.BitsPerSecond, 50_000, 100_000_000);
                    Assert.True(bandwidth.InFlightBytes >= 0);
                    Assert.True(bandwidth.PollTimeout() > now);
                }
            },
            rounds: 20
        );

    private void Send(int number, double atMs) =>
        _bandwidth.HandleSent(
            new((ushort)number),
            new SentPacket(1000),
            Instant.FromMilliseconds(atMs)
        );

    private void SendSecond(int second, int packets)
    {
        for (var index = 0; index < packets; index++)
        {
            Send(second * packets + index, (second - 1) * 1000 + index * 1000.0 / packets);
        }
    }

    private void Report(uint highest, int lost, double atMs) =>
        _bandwidth.HandleReport(
            new ReportBlock(new Ssrc(1), 0, lost, highest, 0, 0, 0),
            neverSent: 0,
            Instant.FromMilliseconds(atMs)
        );

    private static List<SendBandwidthEvent> Drain(SendBandwidth bandwidth)
    {
        var events = new List<SendBandwidthEvent>();
        while (bandwidth.PollEvent(out var happened))
        {
            events.Add(happened);
        }

        return events;
    }
}
