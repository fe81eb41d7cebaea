using Edge.Primitives;
using Edge.Protocol.Congestion.Sending;
using Edge.Wire.Rtcp;
using Edge.Wire.Rtcp.Feedback;

namespace Edge.Benchmarks;

/// <summary>An estimator and a path without queue; its blocks are written beforehand, and told again from
/// the first with other numbers and times.</summary>
internal sealed class EstimatedViewer(int packetsPerBlock)
{
    public const int BlockMs = 100;

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
