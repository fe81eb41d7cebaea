using Edge.Primitives;
using Edge.Protocol.Congestion.Sending;
using Edge.Wire.Rtcp;
using Edge.Wire.Rtcp.Feedback;

namespace Edge.Benchmarks;

/// <summary>What estimating a viewer's bandwidth costs: time of a sent packet and of one that feedback tells
/// of, and memory at several rates.</summary>
internal static class BandwidthBenchmark
{
    private const int BlockMs = 100;
    private const int Blocks = 3000;
    private const int Viewers = 200;

    public static void Run()
    {
        // What runs first is compiled meanwhile.
        _ = Time(packetsPerBlock: 30, new Viewer(30).Send);
        _ = Time(packetsPerBlock: 30, new Viewer(30).SendAndTell);
        foreach (var perBlock in (int[])[5, 30, 120, 240])
        {
            RunTime(perBlock);
        }

        foreach (var perBlock in (int[])[5, 30, 60, 120, 240])
        {
            RunMemory(perBlock);
        }
    }

    private static void RunTime(int packetsPerBlock)
    {
        var written = Time(packetsPerBlock, new Viewer(packetsPerBlock).SendAndWrite);
        var sent = Time(packetsPerBlock, new Viewer(packetsPerBlock).Send);
        var whole = new Viewer(packetsPerBlock);
        var told = Time(packetsPerBlock, whole.SendAndTell);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var block = 0; block < Blocks; block++)
        {
            whole.SendAndTell();
        }

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Console.WriteLine(
            $"bandwidth, {packetsPerBlock * 1000 / BlockMs, 5} packets/s  "
                + $"sent {sent.BestNs, 6:0.0} ns (median {sent.MedianNs, 6:0.0})  "
                + $"told {told.BestNs - written.BestNs, 6:0.0} ns "
                + $"(median {told.MedianNs - written.MedianNs, 6:0.0})  "
                + $"allocated {allocated} B"
        );
    }

    private static (double BestNs, double MedianNs) Time(int packetsPerBlock, Action step)
    {
        var (best, median) = Measure.Nanoseconds(step, Blocks);
        return (best / packetsPerBlock, median / packetsPerBlock);
    }

    private static void RunMemory(int packetsPerBlock)
    {
        var viewers = new Viewer[Viewers];
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var index = 0; index < viewers.Length; index++)
        {
            viewers[index] = new Viewer(packetsPerBlock);
        }

        var fresh = GC.GetTotalMemory(forceFullCollection: true) - before;
        foreach (var viewer in viewers)
        {
            for (var block = 0; block < 100; block++)
            {
                viewer.SendAndTell();
            }
        }

        var used = GC.GetTotalMemory(forceFullCollection: true) - before;
        GC.KeepAlive(viewers);
        Console.WriteLine(
            $"bandwidth, {packetsPerBlock * 1000 / BlockMs, 5} packets/s  "
                + $"{fresh / Viewers} B a viewer when made, {used / Viewers} B after 10 s"
        );
    }

    /// <summary>An estimator and a path without queue; its blocks are written beforehand, and told again from
    /// the first with other numbers and times.</summary>
    private sealed class Viewer(int packetsPerBlock)
    {
        private static readonly byte[] Buffer = new byte[1200];
        private static readonly long[] Arrivals = new long[256];

        private readonly SendBandwidth _bandwidth = new(new SendBandwidthOptions());
        private int _block;

        public void Send()
        {
            for (var index = 0; index < packetsPerBlock; index++)
            {
                _bandwidth.HandleSent(
                    new(unchecked((ushort)(_block * packetsPerBlock + index))),
                    new SentPacket(1200),
                    SentAt(index)
                );
            }

            _block++;
        }

        /// <summary>What is written here is read there, but not told.</summary>
        public void SendAndWrite()
        {
            Send();
            _ = TryRead(out _);
        }

        public void SendAndTell()
        {
            Send();
            if (TryRead(out var feedback))
            {
                _bandwidth.HandleFeedback(feedback, SentAt(0));
            }

            while (_bandwidth.TryTakeProbe(out _)) { }
            while (_bandwidth.PollEvent(out _)) { }
        }

        private bool TryRead(out TransportFeedback feedback)
        {
            var reader = new RtcpCompoundReader(Buffer.AsSpan(0, Write()));
            feedback = default;
            return reader.MoveNext()
                && TransportFeedback.TryParse(reader.Current, out feedback) == RtcpParseError.None;
        }

        private Instant SentAt(int index) =>
            Instant.FromMilliseconds(_block * BlockMs + index * (double)BlockMs / packetsPerBlock);

        /// <summary>A block about the last packets, with a jitter of 3 ms.</summary>
        private int Write()
        {
            var first = (_block - 1) * packetsPerBlock;
            for (var index = 0; index < packetsPerBlock; index++)
            {
                var passedMs = 20 + index * 7919 % 30 / 10.0 - BlockMs;
                Arrivals[index] = (SentAt(index) + TimeSpan.FromMilliseconds(passedMs)).Ticks;
            }

            return TransportFeedbackWriter.Write(
                Buffer,
                new Ssrc(1),
                new Ssrc(2),
                unchecked((ushort)first),
                Arrivals.AsSpan(0, packetsPerBlock),
                feedbackCount: 0,
                out _
            );
        }
    }
}
