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

    /// <summary>RFC 3550 §5.1: the P bit, and the count in the last byte.</summary>
    [Fact]
    public void WritePadding_OnTheRepairStream_IsNothingButPadding()
    {
        var sender = Create(Agreements.Video);
        var destination = new byte[1500];

        var padding = sender.WritePadding(0, destination, Start, out var header);

        Assert.Equal(255, padding);
        Assert.Equal(255, destination[header + padding - 1]);
        Assert.Equal(
            RtpParseError.None,
            RtpPacket.TryParse(destination.AsSpan(0, header + padding), out var rtp)
        );
        Assert.True(rtp.Payload.IsEmpty);
        Assert.Equal(new PayloadType(97), rtp.PayloadType);
        Assert.NotEqual(sender.Ssrc(0), rtp.Ssrc);
        Assert.True(rtp.TryFindExtension(Agreements.Extensions.TransportSequence, out _));
    }

    [Fact]
    public void WritePadding_WithoutRtx_IsRefused()
    {
        var sender = Create(Agreements.Audio);

        Assert.Equal(0, sender.WritePadding(0, new byte[1500], Start, out _));
        Assert.False(sender.TakesPadding(0));
    }

    /// <summary>Padding before the picture tells of the network only by transport-wide feedback.</summary>
    [Fact]
    public void TakesPadding_NothingSentYet_WhereThePeerSaysWhenItCame()
    {
        var without = Agreements.Video with
        {
            Extensions = Agreements.Extensions with { TransportSequence = 0 },
        };

        Assert.True(Create(Agreements.Video).TakesPadding(0));
        Assert.False(Create(without).TakesPadding(0));
    }

    /// <summary>What is reported lost but was never sent was lost on its way to us.</summary>
    [Fact]
    public void HandleRtcp_ReportOfUpstreamLoss_DoesNotLowerTheEstimate()
    {
        var sender = Create(
            Agreements.Video with
            {
                Codec = Agreements.Video.Codec with { HasTransportCc = false },
                Extensions = Agreements.Extensions with { TransportSequence = 0 },
            }
        );
        var before = sender.Bandwidth!.Estimate;
        var now = Start;
        for (ushort number = 100; number < 1100; number += 5)
        {
            // The four packets between never came to us.
            Send(sender, number, now);
            now += TimeSpan.FromMilliseconds(10);
        }

        Report(sender, highest: 1095, lost: 796, now);
        for (ushort number = 1100; number < 2100; number += 2)
        {
            Send(sender, number, now);
            now += TimeSpan.FromMilliseconds(5);
        }

        Report(sender, highest: 2098, lost: 796 + 504, now);

        Assert.True(sender.Bandwidth.Estimate >= before, $"{sender.Bandwidth.Estimate}");
    }

    [Fact]
    public void HandleRtcp_ReportsOfRealLoss_LowerTheEstimate()
    {
        var sender = Create(
            Agreements.Video with
            {
                Codec = Agreements.Video.Codec with { HasTransportCc = false },
                Extensions = Agreements.Extensions with { TransportSequence = 0 },
            }
        );
        var before = sender.Bandwidth!.Estimate;
        var now = Start;
        ushort number = 100;
        for (var round = 0; round < 5; round++)
        {
            for (var packet = 0; packet < 200; packet++)
            {
                Send(sender, number++, now);
                now += TimeSpan.FromMilliseconds(5);
            }

            Report(sender, highest: number - 1, lost: 60 * round, now);
        }

        Assert.True(sender.Bandwidth.Estimate < before * 0.8, $"{sender.Bandwidth.Estimate}");
    }

    /// <summary>A stream without the extension beside one with it: its packets have no numbers, or the peer would
    /// report them as lost.</summary>
    [Fact]
    public void NoteSent_StreamWithoutTransportSequence_TakesNoNumber()
    {
        var plain = Agreements.Audio with
        {
            Extensions = Agreements.Extensions with { TransportSequence = 0 },
        };
        var sender = Create(plain, Agreements.Video);
        var destination = new byte[200];
        var numbers = new List<int>();
        for (ushort number = 10; number < 14; number++)
        {
            Send(sender, number, Start);
            Assert.True(
                sender.TryWriteHeader(1, Packet(number), destination, Start, out var length)
            );
            sender.NoteSent(1, Packet(number), destination, length, Start);
            _ = RtpPacket.TryParse(destination.AsSpan(0, length), out var rtp);
            Assert.True(
                rtp.TryFindExtension(Agreements.Extensions.TransportSequence, out var data)
            );
            numbers.Add((data[0] << 8) | data[1]);
        }

        Assert.Equal([0, 1, 2, 3], numbers);
    }

    [Fact]
    public void TryWriteRepairHeader_WithoutRtx_IsRefused()
    {
        var sender = Create(Agreements.Audio);

        Assert.False(sender.TryWriteRepairHeader(0, Packet(1), new byte[200], Start, out _, out _));
        Assert.False(sender.HasRepairStream(0));
    }

    /// <summary>Whether somebody looked which extensions the packet has, or not.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Translation_PublishersAudioLevel_ArrivesUnderTheViewersId(bool isLookedAt)
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
            SourceExtensions = isLookedAt
                ? RtpExtensionIds.Of(source.AsSpan(0, sourceLength))
                : default,
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

    private static MediaSender Create(params MediaAgreement[] media) =>
        new([.. media], "node", Clock, Prng.FromNumber(1), Start);

    private static void Send(MediaSender sender, ushort number, Instant now)
    {
        var destination = new byte[200];
        Assert.True(sender.TryWriteHeader(0, Packet(number), destination, now, out var length));
        sender.NoteSent(0, Packet(number), destination.AsSpan(0, length), length, now);
    }

    private static void Report(MediaSender sender, int highest, int lost, Instant now)
    {
        var packet = new byte[200];
        var block = new ReportBlock(sender.Ssrc(0), 0, lost, (uint)highest, 0, 0, 0);
        var length = ReceiverReportWriter.Write(packet, new Ssrc(9), [block]);
        sender.HandleRtcp(packet.AsSpan(0, length), now);
    }

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
            SourceExtensions = RtpExtensionIds.Of(source.AsSpan(0, length)),
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
