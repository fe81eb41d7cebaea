using Edge.Primitives;
using Edge.Protocol.Negotiation;
using Edge.Protocol.Transport.Sending;
using Edge.Testing;
using Edge.Wire.Rtcp.Reports;
using Edge.Wire.Rtp;
using Xunit;

namespace Edge.Protocol.Tests.Transport;

/// <summary>Which sources a sender lists, and how far the peer is said to have them.</summary>
public sealed class SentSourceTests
{
    /// <summary>RFC 3711 §3.3.1: numbers begin below it, so that the receiver's first guess is right.</summary>
    private const int FirstBound = 1 << 15;

    private static readonly Instant Start = Instant.Zero + TimeSpan.FromSeconds(1);

    private static readonly MediaAgreement Sound = Agreements.Audio with
    {
        LocalSsrc = new Ssrc(0x20),
    };

    private static readonly MediaAgreement Picture = Agreements.Video with
    {
        LocalSsrc = new Ssrc(0x30),
        LocalRtxSsrc = new Ssrc(0x31),
    };

    [Fact]
    public void ListSources_NothingSentYet_MediaAndRetransmissions()
    {
        var sources = List(Create(Sound, Picture));

        Assert.Equal(3, sources.Count);
        Assert.Equal(new SentSource(new(0x20), 0, Next: null, Reported: null), sources[0]);
        Assert.Equal(new SentSource(new(0x30), 1, Next: null, Reported: null), sources[1]);
        var first = Assert.NotNull(sources[2].Next);
        Assert.Equal(new SentSource(new(0x31), 1, first, Reported: null), sources[2]);
        Assert.InRange(first.Value, 0, FirstBound - 1);
    }

    /// <summary>What is there is added to.</summary>
    [Fact]
    public void ListSources_Twice_AddsToWhatIsThere()
    {
        var sender = Create(Sound);
        var sources = List(sender);
        sender.ListSources(sources);

        Assert.Equal([sources[0], sources[0]], sources);
    }

    [Fact]
    public void ListSources_Simulcast_EachEncodingHasItsIndex()
    {
        var sender = Create(Agreements.Simulcast);
        var sources = List(sender);

        Assert.Equal([0, 0, 1, 1, 2, 2], sources.Select(source => source.Stream));
        Assert.Equal(6, sources.Select(source => source.Ssrc).Distinct().Count());
        Assert.All(
            sources.Where(source => source.Next is null),
            source => Assert.Equal(sender.Ssrc(source.Stream), source.Ssrc)
        );
    }

    /// <summary>Next is the number that the next packet then has, be it a retransmission or padding.</summary>
    [Fact]
    public void ListSources_RetransmissionsAndPadding_NextIsWhatIsWrittenNext()
    {
        var sender = Create(Picture);
        var slot = new byte[1500];
        for (var round = 0; round < 3; round++)
        {
            var next = NextRepair(sender);
            Assert.True(
                sender.TryWriteRepairHeader(0, Packet(500), slot, Start, out var length, out _)
            );
            Assert.Equal(next, NumberOf(slot.AsSpan(0, length)));
            Assert.Equal(next.Next, NextRepair(sender));
            var padding = sender.WritePadding(0, slot, Start, out length);
            Assert.Equal(next.Next, NumberOf(slot.AsSpan(0, length + padding)));
            Assert.Equal(next + 2, NextRepair(sender));
        }
    }

    /// <summary>RFC 3550 §6.4.1: of the extended highest number the lower half is the number.</summary>
    [Fact]
    public void ListSources_AfterReports_EachSourceHasItsOwn()
    {
        var sender = Create(Sound, Picture);
        Report(sender, Block(0x20, 0x0003_0007), Block(0x31, 0x0001_FFFF), Block(0x99, 5));
        Assert.Equal(
            [new SequenceNumber(7), null, new SequenceNumber(0xFFFF)],
            List(sender).Select(source => source.Reported)
        );

        // The last word counts: it is the peer's own.
        Report(sender, Block(0x31, 0x0002_0000), Block(0x30, 0x0000_8000));
        Assert.Equal(
            [new SequenceNumber(7), new SequenceNumber(0x8000), new SequenceNumber(0)],
            List(sender).Select(source => source.Reported)
        );
    }

    [Fact]
    public void ListSources_AfterASenderReportWithBlocks_HasThem()
    {
        var sender = Create(Picture);
        var packet = new byte[200];
        var length = SenderReportWriter.Write(
            packet,
            new Ssrc(9),
            new SenderInfo(default, 0, 0, 0),
            [Block(0x30, 11), Block(0x31, 12)]
        );
        sender.HandleRtcp(packet.AsSpan(0, length), Start);

        Assert.Equal(
            [new SequenceNumber(11), new SequenceNumber(12)],
            List(sender).Select(source => source.Reported)
        );
    }

    /// <summary>Reports of retransmissions say nothing of the path's loss, which is that of media.</summary>
    [Fact]
    public void HandleRtcp_ReportOfRetransmissions_IsNoneOfTheMedia()
    {
        var sender = Create(Picture);
        Report(sender, new ReportBlock(new Ssrc(0x31), 255, 1000, 12, 0, 0, 0));

        Assert.Equal(0, sender.Stats(0).Lost);
        Assert.Null(List(sender)[0].Reported);
    }

    /// <summary>Of a stream that ended there is nothing to keep; the next one of its index begins anew.</summary>
    [Fact]
    public void ListSources_StreamEndedAndReplaced_NewOneOnly()
    {
        var sender = Create(Picture, Sound);
        Report(sender, Block(0x30, 5), Block(0x31, 6), Block(0x20, 7));
        sender.Remove(0);
        Assert.Equal(
            [new SentSource(new(0x20), 1, Next: null, new SequenceNumber(7))],
            List(sender)
        );

        // What is still on its way.
        Report(sender, Block(0x30, 8), Block(0x31, 9));
        Assert.Equal(
            0,
            sender.Add(Picture with { LocalSsrc = new(0x40), LocalRtxSsrc = new(0x41) })
        );
        var sources = List(sender);
        Assert.Equal([0x40u, 0x41u, 0x20u], sources.Select(source => source.Ssrc.Value));
        Assert.Equal([0, 0, 1], sources.Select(source => source.Stream));
        Assert.Equal(
            [null, null, new SequenceNumber(7)],
            sources.Select(source => source.Reported)
        );
    }

    [Fact]
    public void HandleRtcp_ReportsOfAllSources_AllocateNothing()
    {
        var sender = Create(Sound, Picture);
        var packet = new byte[200];
        var length = ReceiverReportWriter.Write(
            packet,
            new Ssrc(9),
            [Block(0x20, 5), Block(0x30, 6), Block(0x31, 7), Block(0x99, 8)]
        );
        AllocationAssert.None(() => sender.HandleRtcp(packet.AsSpan(0, length), Start));

        Assert.Equal(new SequenceNumber(7), List(sender)[2].Reported);
    }

    private static MediaSender Create(params MediaAgreement[] media) =>
        new([.. media], "node", new ClockAnchor(Start, default), Prng.FromNumber(1), Start);

    private static List<SentSource> List(MediaSender sender)
    {
        var sources = new List<SentSource>();
        sender.ListSources(sources);
        return sources;
    }

    private static SequenceNumber NextRepair(MediaSender sender) =>
        Assert.NotNull(List(sender)[1].Next);

    private static ReportBlock Block(uint source, uint highest) =>
        new(new Ssrc(source), 0, 0, highest, 0, 0, 0);

    private static void Report(MediaSender sender, params ReportBlock[] blocks)
    {
        var packet = new byte[200];
        var length = ReceiverReportWriter.Write(packet, new Ssrc(9), blocks);
        sender.HandleRtcp(packet.AsSpan(0, length), Start);
    }

    private static SequenceNumber NumberOf(ReadOnlySpan<byte> packet)
    {
        Assert.Equal(RtpParseError.None, RtpPacket.TryParse(packet, out var rtp));
        return rtp.SequenceNumber;
    }

    private static OutgoingRtp Packet(ushort number) =>
        new()
        {
            Payload = default,
            SequenceNumber = new SequenceNumber(number),
            Timestamp = 1,
            Marker = false,
        };
}
