using Edge.Primitives;
using Edge.Protocol.Negotiation;
using Edge.Protocol.Transport.Sending;
using Edge.Testing;
using Edge.Wire.Rtcp;
using Edge.Wire.Rtcp.Feedback;
using Edge.Wire.Rtcp.Reports;
using Edge.Wire.Rtp;
using Edge.Wire.Rtp.Dependencies;
using Xunit;

namespace Edge.Protocol.Tests.Transport;

/// <summary>What leaves for a viewer, and what a viewer asks for.</summary>
public sealed class MediaSenderTests
{
    private static readonly Instant Start = Instant.Zero + TimeSpan.FromSeconds(1);
    private static readonly ClockAnchor Clock = new(
        Start,
        NtpTimestamp.FromUnixTime(TimeSpan.FromSeconds(1_700_000_000))
    );

    [Fact]
    public void TryWriteHeader_Media_CarriesMidSendTimeAndTransportSequence()
    {
        var sender = Create(Agreements.Video);
        var destination = new byte[200];

        Assert.True(sender.TryWriteHeader(0, Packet(7), destination, Start, out var length));

        Assert.Equal(
            RtpParseError.None,
            RtpPacket.TryParse(destination.AsSpan(0, length), out var rtp)
        );
        Assert.Equal(new PayloadType(96), rtp.PayloadType);
        Assert.True(rtp.TryFindExtension(Agreements.Extensions.Mid, out var mid));
        Assert.Equal("1"u8.ToArray(), mid.ToArray());
        Assert.True(rtp.TryFindExtension(Agreements.Extensions.TransportSequence, out _));
        Assert.True(rtp.TryFindExtension(Agreements.Extensions.AbsoluteSendTime, out _));
    }

    /// <summary>RFC 4588 §4: own SSRC, own numbers, the original number before the payload.</summary>
    [Fact]
    public void TryWriteRepairHeader_TwoRepairs_OwnConsecutiveNumbers()
    {
        var sender = Create(Agreements.Video);
        var destination = new byte[200];
        Assert.True(
            sender.TryWriteRepairHeader(
                0,
                Packet(500),
                destination,
                Start,
                out var header,
                out var prefix
            )
        );
        _ = RtpPacket.TryParse(destination.AsSpan(0, header), out var first);
        var number = first.SequenceNumber;
        Assert.NotEqual(sender.Ssrc(0), first.Ssrc);
        Assert.Equal(2, prefix);
        Assert.Equal([1, 244], destination.AsSpan(header, 2).ToArray());

        Assert.True(
            sender.TryWriteRepairHeader(0, Packet(499), destination, Start, out header, out _)
        );
        _ = RtpPacket.TryParse(destination.AsSpan(0, header), out var second);

        Assert.Equal(number.Next, second.SequenceNumber);
    }

    [Fact]
    public void TryWriteRepairHeader_WithoutRtx_IsRefused()
    {
        var sender = Create(Agreements.Audio);

        Assert.False(sender.TryWriteRepairHeader(0, Packet(1), new byte[200], Start, out _, out _));
        Assert.False(sender.HasRepairStream(0));
    }

    [Fact]
    public void Translation_PublishersAudioLevel_ArrivesUnderTheViewersId()
    {
        var source = new byte[100];
        var writer = new RtpHeaderWriter(source, false, new(111), new(1), 0, new(9));
        writer.AddExtension(1, [0x85]);
        writer.AddExtension(10, "q"u8);
        var sourceLength = writer.Complete();
        var media = Agreements.Audio with
        {
            Extensions = Agreements.Extensions with { AudioLevel = 6 },
        };
        var sender = Create(media);
        sender.SetTranslation(
            0,
            new ExtensionTranslation(
                new HeaderExtensionMap { AudioLevel = 1, Rid = 10 },
                media.Extensions
            )
        );
        var packet = new OutgoingRtp
        {
            SourcePacket = source.AsSpan(0, sourceLength),
            Payload = default,
            SequenceNumber = new(2),
            Timestamp = 3,
            Marker = false,
        };
        var destination = new byte[200];

        Assert.True(sender.TryWriteHeader(0, packet, destination, Start, out var length));

        _ = RtpPacket.TryParse(destination.AsSpan(0, length), out var rtp);
        Assert.True(rtp.TryFindExtension(6, out var level));
        Assert.Equal([0x85], level.ToArray());
        // A viewer knows nothing of the publisher's rids.
        Assert.False(rtp.TryFindExtension(Agreements.Extensions.Rid, out _));
    }

    /// <summary>A structure needs the two-byte form, and the mask that is added counts too.</summary>
    [Theory]
    [InlineData("c0000180003a410100", 0, 0, "c0ff0180003a410100", 0xBEDE)]
    [InlineData("c50002", 3, 29, "c5ff0243", 0xBEDE)]
    [InlineData(
        "c00001800104eaac851450460404fc02cc",
        0,
        0,
        "c0ff01800104eaac851450460404fc02cc",
        0x1000
    )]
    public void Translation_DependencyDescriptor_WrittenAsEdited(
        string descriptor,
        byte targets,
        ushort maskOffset,
        string expected,
        int profile
    )
    {
        var source = new byte[100];
        var writer = new RtpHeaderWriter(
            source,
            false,
            new(98),
            new(1),
            0,
            new(9),
            ExtensionForm.TwoByte
        );
        writer.AddExtension(12, Convert.FromHexString(descriptor));
        var sourceLength = writer.Complete();
        var media = Agreements.Video with
        {
            UsesExtmapAllowMixed = true,
            Extensions = Agreements.Extensions with { DependencyDescriptor = 8 },
        };
        var sender = Create(media);
        sender.SetTranslation(
            0,
            new(new HeaderExtensionMap { DependencyDescriptor = 12 }, media.Extensions)
        );
        var edit = new DescriptorEdit
        {
            IsCarried = true,
            FrameOffset = 0x100,
            TargetCount = targets,
            MaskOffset = maskOffset,
            ActiveTargets = 0b011,
        };
        var destination = new byte[200];

        Assert.True(
            sender.TryWriteHeader(
                0,
                Described(source, sourceLength, edit),
                destination,
                Start,
                out var length
            )
        );
        _ = RtpPacket.TryParse(destination.AsSpan(0, length), out var rtp);
        Assert.Equal(profile, rtp.ExtensionProfile);
        Assert.True(rtp.TryFindExtension(8, out var written));
        Assert.Equal(Convert.FromHexString(expected), written.ToArray());

        // Where nothing is known of the run it is of, it is left out.
        sender.TryWriteHeader(
            0,
            Described(source, sourceLength, default),
            destination,
            Start,
            out length
        );
        _ = RtpPacket.TryParse(destination.AsSpan(0, length), out rtp);
        Assert.False(rtp.TryFindExtension(8, out _));
    }

    [Fact]
    public void HandleRtcp_Nack_EachNumberIsARequest()
    {
        var sender = Create(Agreements.Video);
        var packet = new byte[100];
        var length = NackWriter.Write(packet, new Ssrc(1), sender.Ssrc(0), [10, 12, 13]);

        sender.HandleRtcp(packet.AsSpan(0, length), Start);

        foreach (var expected in new ushort[] { 10, 12, 13 })
        {
            Assert.True(sender.PollFeedback(out var feedback));
            Assert.Equal(
                new SenderFeedback(SenderFeedbackKind.Nack, 0, new SequenceNumber(expected)),
                feedback
            );
        }

        Assert.False(sender.PollFeedback(out _));
    }

    /// <summary>RFC 5104 §4.3.1: the same command number again is the same request.</summary>
    [Fact]
    public void HandleRtcp_FirRepeated_IsOneRequest()
    {
        var sender = Create(Agreements.Video);
        var packet = new byte[100];
        var length = FirWriter.Write(packet, new Ssrc(1), sender.Ssrc(0), commandNumber: 7);

        sender.HandleRtcp(packet.AsSpan(0, length), Start);
        sender.HandleRtcp(packet.AsSpan(0, length), Start);

        Assert.True(sender.PollFeedback(out _));
        Assert.False(sender.PollFeedback(out _));
    }

    [Fact]
    public void HandleRtcp_FeedbackForAnotherSource_IsIgnored()
    {
        var sender = Create(Agreements.Video);
        var packet = new byte[100];
        var length = PliWriter.Write(packet, new Ssrc(1), new Ssrc(sender.Ssrc(0).Value + 1));

        sender.HandleRtcp(packet.AsSpan(0, length), Start);

        Assert.False(sender.PollFeedback(out _));
    }

    [Fact]
    public void HandleRtcp_MoreRequestsThanTheBound_AreDropped()
    {
        var sender = Create(Agreements.Video);
        var packet = new byte[100];
        for (ushort number = 0; number < 1000; number++)
        {
            var length = NackWriter.Write(packet, new Ssrc(1), sender.Ssrc(0), [number]);
            sender.HandleRtcp(packet.AsSpan(0, length), Start);
        }

        var count = 0;
        while (sender.PollFeedback(out _))
        {
            count++;
        }

        Assert.Equal(256, count);
    }

    [Fact]
    public void TryWriteHeader_TelephoneEvent_HasThePayloadTypeOfThisViewer()
    {
        var sender = Create(Agreements.AudioWithEvents);
        var destination = new byte[200];

        Assert.True(sender.TryWriteHeader(0, Event(7), destination, Start, out var length));

        _ = RtpPacket.TryParse(destination.AsSpan(0, length), out var rtp);
        Assert.Equal(new PayloadType(110), rtp.PayloadType);
        Assert.True(rtp.Marker);
    }

    /// <summary>Never under a payload type that says something else.</summary>
    [Fact]
    public void TryWriteHeader_TelephoneEventNotAgreed_IsRefused() =>
        Assert.False(
            Create(Agreements.Audio).TryWriteHeader(0, Event(7), new byte[200], Start, out _)
        );

    /// <summary>RFC 4588 §8.6: the retransmission format stands for the sound's payload type.</summary>
    [Fact]
    public void TryWriteRepairHeader_TelephoneEvent_IsRefused()
    {
        var media = Agreements.AudioWithEvents with
        {
            Codec = Agreements.Audio.Codec with { RtxPayloadType = new PayloadType(112) },
        };
        var sender = Create(media);
        var destination = new byte[200];

        Assert.True(sender.TryWriteRepairHeader(0, Packet(1), destination, Start, out _, out _));
        Assert.False(sender.TryWriteRepairHeader(0, Event(1), destination, Start, out _, out _));
    }

    /// <summary>A report ties now to a timestamp; that of an event is long past when it is repeated.</summary>
    [Fact]
    public void PollRtcp_AfterTelephoneEvents_GoesOnFromTheSound()
    {
        var sender = Create(Agreements.AudioWithEvents);
        sender.NoteSent(0, Packet(1), datagram: [], headerLength: 12, Start);
        Assert.NotEqual(0, sender.PollRtcp(new byte[200], Start));
        var now = Start + TimeSpan.FromSeconds(2);
        sender.NoteSent(0, Event(2), datagram: [], headerLength: 12, now);
        var packet = new byte[200];

        var length = sender.PollRtcp(packet, now);

        var blocks = new RtcpCompoundReader(packet.AsSpan(0, length)).GetEnumerator();
        Assert.True(blocks.MoveNext());
        Assert.Equal(RtcpParseError.None, SenderReport.TryParse(blocks.Current, out var report));
        Assert.Equal(1u + (2 * 48_000), report.Info.RtpTimestamp);
        Assert.Equal(Clock.ToNtp(now), report.Info.NtpTimestamp);
        Assert.Equal(2u, report.Info.PacketCount);
    }

    [Fact]
    public void NoteRefused_CountsAndAllocatesNothing()
    {
        var sender = Create(Agreements.Video);

        AllocationAssert.None(() => sender.NoteRefused(0));

        Assert.True(sender.Stats(0).Refused > 10_000);
    }

    private static MediaSender Create(MediaAgreement media) =>
        new([media], "node", Clock, Prng.FromNumber(1), Start);

    private static OutgoingRtp Event(ushort number) =>
        new()
        {
            Payload = default,
            SequenceNumber = new SequenceNumber(number),
            Timestamp = 77,
            Marker = true,
            IsTelephoneEvent = true,
        };

    private static OutgoingRtp Described(byte[] source, int length, DescriptorEdit edit) =>
        new()
        {
            SourcePacket = source.AsSpan(0, length),
            Payload = default,
            SequenceNumber = new(2),
            Timestamp = 3,
            Marker = false,
            Descriptor = edit,
        };

    private static OutgoingRtp Packet(ushort number) =>
        new()
        {
            Payload = default,
            SequenceNumber = new SequenceNumber(number),
            Timestamp = 1,
            Marker = false,
        };
}
