using Edge.Primitives;
using Edge.Protocol.Negotiation;
using Edge.Testing.Clients;
using Edge.Testing.Clients.Watching;
using Edge.Wire.Payload;
using Edge.Wire.Rtcp;
using Edge.Wire.Rtcp.Feedback;
using Edge.Wire.Rtcp.Reports;
using Edge.Wire.Rtp;
using Xunit;

namespace Edge.Testing.Tests.Clients;

/// <summary>In virtual time: a picture's packets come every millisecond, and what goes back is looked at each.</summary>
public sealed class BrowserFeedbackTests
{
    private const byte TransportSequenceId = 3;

    private static readonly Ssrc Media = new(0x1234);
    private static readonly Ssrc Repairs = new(0x5678);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(1);

    private readonly BrowserFeedback _feedback = new([Section], Prng.FromNumber(1));
    private readonly List<(Instant At, RtcpKind Kind)> _sent = [];
    private readonly List<(Instant At, ushort Number)> _asked = [];
    private readonly List<ReportBlock> _reports = [];
    private Instant _now = new(TimeSpan.FromSeconds(9).Ticks);
    private ushort _transportSequence;
    private int _arrivals;

    private static MediaAgreement Section { get; } =
        new()
        {
            Mid = default,
            Kind = MediaKind.Video,
            Codec = SimulatedPeers.Vp8,
            Extensions = new HeaderExtensionMap { TransportSequence = TransportSequenceId },
        };

    [Fact]
    public void Poll_WhileMediaComes_ReportsEachArrivalOnceEvery62Point5Milliseconds()
    {
        var packets = Play(0, 1000);

        var at = Times(RtcpKind.TransportFeedback);
        Assert.InRange(at.Count, 15, 16);
        Assert.All(
            at.Zip(at.Skip(1)),
            pair => Assert.InRange((pair.Second - pair.First).TotalMilliseconds, 62.5, 64.5)
        );
        Assert.InRange(_arrivals, packets - 64, packets);
    }

    [Fact]
    public void Poll_WhileMediaComes_ReportsAfterHalfToOneAndAHalfSeconds()
    {
        _ = Play(0, 20_000);

        var at = Times(RtcpKind.ReceiverReport);
        Assert.All(
            at.Zip(at.Skip(1)),
            pair => Assert.InRange((pair.Second - pair.First).TotalSeconds, 0.5, 1.502)
        );
        Assert.InRange(at.Count, 15, 25);
        Assert.All(
            _reports,
            report => Assert.Equal((Media, 0), (report.Source, report.CumulativeLost))
        );
    }

    [Fact]
    public void Poll_AGap_IsAskedForAtOnceAndEvery20MillisecondsUntilItIsRepaired()
    {
        _ = Play(0, 10);
        var lostAt = _now;
        _ = Play(12, 50);
        Repair(isPadding: true);
        _ = Play(62, 15);
        Repair(isPadding: false);
        Repair(isPadding: false);
        _ = Play(77, 100);

        Assert.Equal([10, 11, 10, 11, 10, 11, 10, 11], _asked.Select(asked => asked.Number));
        Assert.Equal(
            [0, 0, 20, 20, 40, 40, 60, 60],
            _asked.Select(asked => (asked.At - lostAt).TotalMilliseconds)
        );
        var stream = _feedback.Streams[0];
        Assert.Equal((177, 2, 0), (stream.Packets, stream.Recovered, stream.Missing));
    }

    [Fact]
    public void Poll_AGapThatStays_IsGivenUpForAKeyFrame()
    {
        _ = Play(0, 10);
        _ = Play(11, 400);

        Assert.Equal(10, _asked.Count);
        _ = Assert.Single(Times(RtcpKind.PictureLossIndication));
        Assert.Equal(1, _feedback.Streams[0].Missing);
    }

    [Fact]
    public void Poll_APacketThatComesLate_IsAskedForOnceOnly()
    {
        _ = Play(0, 10);
        _ = Play(11, 5);
        Take(Media, SimulatedPeers.Vp8.PayloadType, 10, isPadding: false);
        _ = Play(16, 100);

        Assert.Equal([10], _asked.Select(asked => asked.Number));
        Assert.Equal((116, 0), (_feedback.Streams[0].Packets, _feedback.Streams[0].Missing));
    }

    [Fact]
    public void HandleRtcp_ASenderReport_IsInTheNextReport()
    {
        _ = Play(0, 10);
        byte[] report =
        [
            0x80,
            200,
            0,
            6,
            0,
            0,
            0x12,
            0x34,
            1,
            2,
            3,
            4,
            5,
            6,
            7,
            8,
            .. new byte[12],
        ];
        _feedback.HandleRtcp(report, _now);
        var reportedAt = _now;
        _ = Play(10, 2000);

        var (at, block) = (Times(RtcpKind.ReceiverReport)[0], _reports[0]);
        Assert.Equal(0x03040506u, block.LastSenderReport);
        Assert.Equal(
            (at - reportedAt).TotalSeconds,
            block.DelaySinceLastSenderReport / 65536.0,
            0.001
        );
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 0x80 })]
    [InlineData(new byte[] { 0x90, 96, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xBE, 0xDE, 0xFF, 0xFF })]
    [InlineData(
        new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF }
    )]
    public void HandleRtp_NoHeader_IsNothing(byte[] packet)
    {
        _feedback.HandleRtp(packet, _now);
        _feedback.HandleRtcp(packet, _now);

        Assert.Equal(0, _feedback.Streams[0].Packets);
        Assert.Equal(Instant.Never, _feedback.PollTimeout());
    }

    private List<Instant> Times(RtcpKind kind) =>
        [.. _sent.Where(sent => sent.Kind == kind).Select(sent => sent.At)];

    private int Play(int first, int count)
    {
        for (var number = first; number < first + count; number++)
        {
            Take(Media, SimulatedPeers.Vp8.PayloadType, number, isPadding: false);
            Poll();
            _now += Step;
        }

        return count;
    }

    private void Repair(bool isPadding) =>
        Take(Repairs, SimulatedPeers.Vp8.RtxPayloadType!.Value, 0, isPadding);

    private void Take(Ssrc source, PayloadType type, int number, bool isPadding)
    {
        var packet = new byte[100];
        var sequence = new SequenceNumber(unchecked((ushort)number));
        var timestamp = (uint)(_now.Ticks * 9 / 1000);
        var writer = new RtpHeaderWriter(packet, marker: false, type, sequence, timestamp, source);
        _ = writer.AddUInt16(TransportSequenceId, _transportSequence++);
        _ = writer.Complete();
        packet[0] |= isPadding ? RtpHeader.PaddingBit : (byte)0;
        _feedback.HandleRtp(packet, _now);
    }

    private void Poll()
    {
        var packet = new byte[1500];
        int length;
        while ((length = _feedback.Poll(packet, _now)) > 0)
        {
            foreach (var block in new RtcpCompoundReader(packet.AsSpan(0, length)))
            {
                Note(block);
            }
        }
    }

    private void Note(RtcpBlock block)
    {
        _sent.Add((_now, block.Kind));
        if (GenericNack.TryParse(block, out var nack) == RtcpParseError.None)
        {
            foreach (var number in nack)
            {
                _asked.Add((_now, number.Value));
            }
        }

        if (ReceiverReport.TryParse(block, out var report) == RtcpParseError.None)
        {
            foreach (var each in report.Reports)
            {
                _reports.Add(each);
            }
        }

        if (TransportFeedback.TryParse(block, out var feedback) == RtcpParseError.None)
        {
            foreach (var status in feedback)
            {
                _arrivals += status.IsReceived ? 1 : 0;
            }
        }
    }
}
