using Edge.Primitives;
using Edge.Protocol.Congestion.Sending;
using Edge.Protocol.Congestion.Sending.Delay;
using Edge.Protocol.Congestion.Sending.Probing;
using Edge.Testing;
using Xunit;

namespace Edge.Protocol.Tests.Congestion.Sending;

/// <summary>A packet, its feedback and what follows allocate nothing.</summary>
/// <remarks>
/// The long run goes through HandleSent and HandleFeedback of SendBandwidth and of SentPackets (Correction,
/// SortByArrival); HandlePacket, TryAdd, Add, Detect, EndRound, HandleQueue, HandleProbe and Update of
/// delays; IsOveruse and Judge of standing queues; HandleBlock and Most of recent arrivals; TryEnd of silence; ExpectChange; Count of losses; TryTakeProbe, TryTake, HandleRequest, TryMeasure, TryTakeResult, TryTakeLump,
/// HandleResult, HandleFall, HandleCalm and SetEstimate of probes; PollEvent. What it may not meet has a
/// test of its own.
/// </remarks>
public sealed class SendBandwidthAllocationTests
{
    private const int PacketsPerBlock = 10;

    private readonly SendBandwidth _bandwidth = new(new SendBandwidthOptions());
    private readonly byte[][] _blocks = new byte[4096][];
    private int _step;

    [Fact]
    public void HandleSentAndHandleFeedback_LongRun_AllocateNothing()
    {
        for (var block = 0; block < _blocks.Length; block++)
        {
            _blocks[block] = Write(block);
        }

        _bandwidth.SetWanted(Bitrate.FromKilobits(50_000), Instant.Zero);
        AllocationAssert.None(Step, iterations: _blocks.Length - 300);
        Assert.True(_bandwidth.Stats.Probes > 2);
        Assert.True(_bandwidth.Stats.ProbeResults > 0);
        Assert.True(_bandwidth.Stats.Decreases > 0);
    }

    [Fact]
    public void HandleRecoveryHandleReturnHandleLumpHandleFailedProbeAndHandleOtherClock_Repeated_AllocateNothing()
    {
        var probes = new ProbeController(Bitrate.FromKilobits(20_000));
        var low = Bitrate.FromKilobits(300);
        var high = Bitrate.FromKilobits(1000);
        var delay = new DelayBandwidth(new AimdRateControl(low, low, high));
        var taken = 0;
        probes.HandleStart(low, Instant.Zero);
        AllocationAssert.None(() =>
        {
            var now = Instant.FromMilliseconds(_step++ * 10_000);
            probes.HandleFall(high, low, now);
            probes.HandleRecovery(low, now);
            probes.HandleReturn(high, low, now);
            probes.HandleResult(high, low, now);
            probes.HandleLump(low, now);
            delay.HandleFailedProbe(now);
            delay.HandleOtherClock();
            while (probes.TryTake(out _))
            {
                taken++;
            }
        });
        Assert.True(taken > _step);
    }

    private void Step()
    {
        ushort cluster = 0;
        if (_bandwidth.TryTakeProbe(out var probe))
        {
            cluster = probe.Cluster;
        }

        for (var index = 0; index < PacketsPerBlock; index++)
        {
            _bandwidth.HandleSent(
                new(unchecked((ushort)(_step * PacketsPerBlock + index))),
                new SentPacket(1200, SentPacketKind.Media, cluster),
                SentAt(_step, index)
            );
        }

        _bandwidth.HandleFeedback(
            FeedbackBlocks.Read(_blocks[_step]),
            Instant.FromMilliseconds(_step * 100 + 99)
        );
        while (_bandwidth.PollEvent(out _)) { }

        _step++;
    }

    private static Instant SentAt(int block, int index) =>
        Instant.FromMilliseconds(block * 100 + index * 6);

    /// <summary>A queue that grows for a second in each ten, some packets lost, two overtaken.</summary>
    private static byte[] Write(int block)
    {
        var arrivals = new double[PacketsPerBlock];
        var phase = block % 100;
        for (var index = 0; index < arrivals.Length; index++)
        {
            var queueMs = Math.Max(0, phase - 90) * 30 + (phase >= 90 ? index * 3 : 0);
            arrivals[index] = block * 100 + index * 6 + 20 + queueMs;
        }

        (arrivals[3], arrivals[4]) = (arrivals[4], arrivals[3]);
        arrivals[7] = block % 7 == 0 ? FeedbackBlocks.Lost : arrivals[7];
        return FeedbackBlocks.Write(block * PacketsPerBlock, arrivals);
    }
}
