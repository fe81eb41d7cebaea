using Edge.Primitives;
using Edge.Protocol.Transport;
using Edge.Protocol.Transport.Receiving;
using Edge.Wire.Rtcp;
using Edge.Wire.Rtcp.Feedback;
using Edge.Wire.Rtcp.Reports;
using Edge.Wire.Rtp;
using Xunit;

namespace Edge.Protocol.Tests.Transport;

/// <summary>What is said of the network goes by when packets came, not by when a busy machine looked.</summary>
public sealed class ArrivalTimeTests
{
    private const int PacketMs = 10;
    private const int Packets = 20;

    private readonly MediaReceiver _receiver = new(
        [Agreements.Video],
        new Ssrc(1),
        "node",
        new ClockAnchor(Instant.Zero, default),
        Instant.Zero
    );
    private readonly byte[] _rtcp = new byte[1200];

    /// <summary>All are looked at together, half a second after the first came.</summary>
    [Fact]
    public void PollRtcp_PacketsFetchedTogether_FeedbackTellsWhenEachCame()
    {
        Receive(now: Instant.FromMilliseconds(500));

        var length = _receiver.PollRtcp(_rtcp, Instant.FromMilliseconds(500));

        var blocks = new RtcpCompoundReader(_rtcp.AsSpan(0, length));
        Assert.True(blocks.MoveNext());
        Assert.Equal(
            RtcpParseError.None,
            TransportFeedback.TryParse(blocks.Current, out var feedback)
        );
        var arrivals = new List<double>();
        foreach (var status in feedback)
        {
            arrivals.Add(status.Arrival.TotalMilliseconds);
        }

        Assert.Equal(
            [.. Enumerable.Range(0, Packets).Select(packet => (double)packet * PacketMs)],
            arrivals
        );
    }

    /// <summary>They came as they were sent, so there is no jitter.</summary>
    [Fact]
    public void PollRtcp_PacketsFetchedTogether_ReportTellsNoJitter()
    {
        Receive(now: Instant.FromMilliseconds(500));
        var now = Instant.FromMilliseconds(2000);
        var jitter = uint.MaxValue;
        int length;
        while ((length = _receiver.PollRtcp(_rtcp, now)) > 0)
        {
            foreach (var block in new RtcpCompoundReader(_rtcp.AsSpan(0, length)))
            {
                if (ReceiverReport.TryParse(block, out var report) == RtcpParseError.None)
                {
                    foreach (var source in report.Reports)
                    {
                        jitter = source.Jitter;
                    }
                }
            }
        }

        Assert.Equal(0u, jitter);
    }

    private void Receive(Instant now)
    {
        for (ushort number = 0; number < Packets; number++)
        {
            var arrivedAt = Instant.FromMilliseconds(number * PacketMs);
            Assert.Equal(
                DropReason.None,
                _receiver.HandleRtp(Packet(number), arrivedAt, now, out _)
            );
        }
    }

    private static byte[] Packet(ushort number)
    {
        var packet = new byte[100];
        var writer = new RtpHeaderWriter(
            packet,
            marker: true,
            Agreements.Video.Codec.PayloadType,
            new SequenceNumber(number),
            timestamp: number * (uint)PacketMs * 90,
            new Ssrc(7)
        );
        writer.AddToken(Agreements.Extensions.Mid, Token16.Create("1"));
        writer.AddUInt16(Agreements.Extensions.TransportSequence, number);
        packet[writer.Complete()] = 0x10;
        return packet;
    }
}
