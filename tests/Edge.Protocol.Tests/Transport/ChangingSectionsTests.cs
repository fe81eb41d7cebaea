using Edge.Primitives;
using Edge.Protocol.Transport;
using Edge.Protocol.Transport.Receiving;
using Edge.Protocol.Transport.Sending;
using Edge.Testing;
using Edge.Testing.Network;
using Edge.Wire.Rtcp;
using Edge.Wire.Rtcp.Feedback;
using Edge.Wire.Rtcp.Reports;
using Xunit;

namespace Edge.Protocol.Tests.Transport;

/// <summary>Sections that come and go while the peer stays.</summary>
public sealed class ChangingSectionsTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void ReceiverRemove_MediaGoesOn_BelongsNowhereUntilAddedAgain()
    {
        using var world = new PeerWorld(Seeds.Next(), LinkPresets.Wifi);
        world.Connect();
        world.Simulation.RunFor(Second);
        var receiver = world.Node.Peer.Receiver;
        Assert.True(receiver.Stats(1, 0).Packets > 0);
        var audio = receiver.Stats(0, 0).Packets;

        receiver.Remove(1);
        var unknown = world.NodeTransport.Dropped(DropReason.UnknownStream);
        world.Simulation.RunFor(Second);

        Assert.True(world.NodeTransport.Dropped(DropReason.UnknownStream) > unknown);
        Assert.InRange(receiver.Stats(0, 0).Packets - audio, 40, 60);

        Assert.Equal(1, receiver.Add(Agreements.Video, world.Simulation.Now));
        world.Simulation.RunFor(Second);
        Assert.InRange(receiver.Stats(1, 0).Packets, 80, 140);
    }

    [Fact]
    public void ReceiverAdd_WithoutAnyBefore_ReportsAndFeedbackBegin()
    {
        using var world = new PeerWorld(Seeds.Next(), LinkPresets.Wifi);
        var receiver = world.Node.Peer.Receiver;
        receiver.Remove(0);
        receiver.Remove(1);
        world.Connect();
        world.Simulation.RunFor(Second);
        Assert.Equal(TimeSpan.Zero, world.Client.Peer.Sender.RoundTrip);

        Assert.Equal(0, receiver.Add(Agreements.Video, world.Simulation.Now));
        world.Simulation.RunFor(3 * Second);

        Assert.True(world.Client.Peer.Sender.RoundTrip > TimeSpan.Zero);
    }

    [Fact]
    public void SenderRemove_ActiveStream_SaysGoodbyeAndGivesItsPlaceToTheNext()
    {
        var random = Seeds.Next();
        var sender = NewSender(Prng.FromNumber(random));
        var first = sender.Add(Agreements.Video);
        var second = sender.Add(Agreements.Audio);
        var ended = sender.Ssrc(first);
        Send(sender, first);

        sender.Remove(first);

        Span<byte> packet = stackalloc byte[1500];
        Assert.Equal(Instant.Zero, sender.PollTimeout());
        var length = sender.PollRtcp(packet, Instant.Zero);
        Assert.True(HoldsGoodbye(packet[..length]), "No goodbye was written.");
        Assert.Equal(first, sender.Add(Agreements.Video));
        Assert.NotEqual(ended, sender.Ssrc(first));
        Assert.Equal(2, sender.StreamCount);
        Assert.NotEqual(first, second);
    }

    [Fact]
    public void SenderRemove_StreamThatSentNothing_SaysNothing()
    {
        var sender = NewSender(Prng.FromNumber(Seeds.Next()));
        sender.Remove(sender.Add(Agreements.Video));

        Span<byte> packet = stackalloc byte[1500];
        Assert.Equal(0, sender.PollRtcp(packet, Instant.Zero));
    }

    /// <summary>Two sources under one mid would begin the stream anew at each packet; the one that was
    /// replaced belongs nowhere.</summary>
    [Fact]
    public void HandleRtp_ReplacedSourceComesBack_IsDropped()
    {
        var receiver = new MediaReceiver(
            [Agreements.Video],
            new Ssrc(1),
            "node",
            new ClockAnchor(Instant.Zero, NtpTimestamp.FromUnixTime(TimeSpan.FromDays(1))),
            Instant.Zero
        );

        Assert.Equal(DropReason.None, Handle(receiver, ssrc: 7, number: 1));
        Assert.Equal(DropReason.None, Handle(receiver, ssrc: 8, number: 1));
        Assert.Equal(DropReason.UnknownStream, Handle(receiver, ssrc: 7, number: 2));
        Assert.Equal(DropReason.None, Handle(receiver, ssrc: 8, number: 2));
        Assert.Equal(DropReason.None, Handle(receiver, ssrc: 9, number: 1));
    }

    private static DropReason Handle(MediaReceiver receiver, uint ssrc, ushort number)
    {
        Span<byte> packet = stackalloc byte[24];
        packet.Clear();
        packet[0] = 0x80;
        packet[1] = Agreements.Video.Codec.PayloadType.Value;
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(packet[2..], number);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(packet[8..], ssrc);
        packet[12] = 0x10;
        return receiver.HandleRtp(packet, arrivedAt: Instant.Zero, Instant.Zero, out _);
    }

    /// <summary>RFC 3550 §6.4: a report has 31 blocks at most; forty streams take two.</summary>
    [Fact]
    public void ReceiverPollRtcp_FortyStreams_ReportsThemAll()
    {
        var clock = new ClockAnchor(Instant.Zero, NtpTimestamp.FromUnixTime(TimeSpan.FromDays(1)));
        var receiver = new MediaReceiver([], new Ssrc(9), "node", clock, Instant.Zero);
        var sender = NewSender(Prng.FromNumber(Seeds.Next()));
        Span<byte> packet = stackalloc byte[1500];
        for (var number = 0; number < 40; number++)
        {
            var media = Agreements.Audio with { Mid = Mid.Create($"m{number}") };
            receiver.Add(media, Instant.Zero);
            var length = Write(sender, sender.Add(media), packet);
            Assert.Equal(
                DropReason.None,
                receiver.HandleRtp(packet[..length], arrivedAt: Instant.Zero, Instant.Zero, out _)
            );
        }

        var now = Instant.Zero + 2 * Second;
        var reported = new HashSet<Ssrc>();
        for (var length = 1; length > 0; )
        {
            length = receiver.PollRtcp(packet, now);
            ReadReports(packet[..length], reported);
        }

        Assert.Equal(40, reported.Count);
    }

    /// <summary>What was asked of a stream that ended is not asked of the next one of its index.</summary>
    [Fact]
    public void SenderRemove_FeedbackNotTaken_IsForgotten()
    {
        var sender = NewSender(Prng.FromNumber(Seeds.Next()));
        var stream = sender.Add(Agreements.Video);
        var other = sender.Add(Agreements.Video with { Mid = Mid.Create("2") });
        Span<byte> packet = stackalloc byte[100];
        foreach (var asked in new[] { stream, other })
        {
            var length = PliWriter.Write(packet, new Ssrc(9), sender.Ssrc(asked));
            sender.HandleRtcp(packet[..length], Instant.Zero);
        }

        sender.Remove(stream);

        Assert.True(sender.PollFeedback(out var feedback));
        Assert.Equal(other, feedback.Stream);
        Assert.False(sender.PollFeedback(out _));
    }

    [Fact]
    public void ReceiverRequestKeyFrame_OfASectionThatEnded_IsNothing()
    {
        var clock = new ClockAnchor(Instant.Zero, NtpTimestamp.FromUnixTime(TimeSpan.FromDays(1)));
        var receiver = new MediaReceiver([], new Ssrc(9), "node", clock, Instant.Zero);
        var section = receiver.Add(Agreements.Simulcast, Instant.Zero);
        receiver.Remove(section);
        receiver.RequestKeyFrame(section, layer: 2, Instant.Zero);
        Assert.Equal(section, receiver.Add(Agreements.Video, Instant.Zero));

        receiver.RequestKeyFrame(section, layer: 2, Instant.Zero);

        Span<byte> packet = stackalloc byte[1500];
        Assert.Equal(0, receiver.PollRtcp(packet, Instant.Zero));
    }

    private static void ReadReports(ReadOnlySpan<byte> packet, HashSet<Ssrc> reported)
    {
        foreach (var block in new RtcpCompoundReader(packet))
        {
            if (
                block.Kind == RtcpKind.ReceiverReport
                && ReceiverReport.TryParse(block, out var report) == RtcpParseError.None
            )
            {
                foreach (var each in report.Reports)
                {
                    reported.Add(each.Source);
                }
            }
        }
    }

    private static int Write(MediaSender sender, int stream, Span<byte> destination)
    {
        byte[] payload = [1, 2, 3];
        var packet = new OutgoingRtp
        {
            Payload = payload,
            SequenceNumber = new SequenceNumber(1),
            Timestamp = 1,
            Marker = false,
        };
        Assert.True(
            sender.TryWriteHeader(stream, packet, destination, Instant.Zero, out var header)
        );
        payload.CopyTo(destination[header..]);
        return header + payload.Length;
    }

    private static MediaSender NewSender(Prng random) =>
        new(
            [],
            "node",
            new ClockAnchor(Instant.Zero, NtpTimestamp.FromUnixTime(TimeSpan.FromDays(1))),
            random,
            Instant.Zero
        );

    private static void Send(MediaSender sender, int stream)
    {
        byte[] payload = [1, 2, 3];
        var packet = new OutgoingRtp
        {
            Payload = payload,
            SequenceNumber = new SequenceNumber(1),
            Timestamp = 1,
            Marker = false,
        };
        Span<byte> destination = stackalloc byte[1500];
        Assert.True(
            sender.TryWriteHeader(stream, packet, destination, Instant.Zero, out var header)
        );
        sender.NoteSent(stream, packet, destination[..(header + 3)], header, Instant.Zero);
    }

    private static bool HoldsGoodbye(ReadOnlySpan<byte> packet)
    {
        var isThere = false;
        foreach (var block in new RtcpCompoundReader(packet))
        {
            isThere |= block.Kind == RtcpKind.Goodbye;
        }

        return isThere;
    }
}
