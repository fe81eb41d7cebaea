using Edge.Forwarding.Tracks;
using Edge.Node.Sessions.Sound;
using Edge.Primitives;
using Edge.Protocol.Negotiation;
using Edge.Testing;
using Edge.Wire.Payload;
using Xunit;

namespace Edge.Node.Tests.Sessions.Sound;

/// <summary>What of a packet one viewer is sent (RFC 2198).</summary>
public sealed class SentSoundTests
{
    private static readonly byte[] Redundant = [0x80 | 109, 0x0F, 0, 3, 109, 7, 7, 7, 1, 2];

    private static readonly NegotiatedCodec Single = new(
        CodecKind.Opus,
        new(100),
        RtxPayloadType: null,
        48_000,
        "opus",
        Format: null
    );

    private static readonly NegotiatedCodec Double = Single with { RedPayloadType = new(99) };

    [Fact]
    public void Of_RedundantToWhoAgreed_HasTheViewersNumbers()
    {
        var header = new byte[RedPayload.HeaderBytesMax];
        var sent = SentSound.Of(Redundant, Packet(isRedundant: true), Double, header);
        Assert.True(sent.IsRedundant);
        Assert.Equal([0x80 | 100, 0x0F, 0, 3, 100], sent.Header.ToArray());
        Assert.Equal([7, 7, 7, 1, 2], sent.Payload.ToArray());
    }

    [Fact]
    public void Of_RedundantToTheOthers_IsThePacketsOwnSound()
    {
        var header = new byte[RedPayload.HeaderBytesMax];
        var sent = SentSound.Of(Redundant, Packet(isRedundant: true), Single, header);
        Assert.False(sent.IsRedundant);
        Assert.True(sent.Header.IsEmpty);
        Assert.Equal([1, 2], sent.Payload.ToArray());
    }

    /// <summary>A packet of plain sound stays what it is, whatever its bytes look like.</summary>
    [Fact]
    public void Of_SingleSound_IsUntouched()
    {
        var header = new byte[RedPayload.HeaderBytesMax];
        var sent = SentSound.Of(Redundant, Packet(isRedundant: false), Double, header);
        Assert.False(sent.IsRedundant);
        Assert.Equal(Redundant, sent.Payload.ToArray());
        Assert.True(SentSound.Of([5], Packet(isRedundant: true), Single, header).Payload.IsEmpty);
    }

    [Fact]
    public void Of_Steady_AllocatesNothing()
    {
        var packet = Packet(isRedundant: true);
        var header = new byte[RedPayload.HeaderBytesMax];
        var bytes = 0L;
        AllocationAssert.None(() =>
        {
            bytes += SentSound.Of(Redundant, packet, Double, header).Payload.Length;
            bytes += SentSound.Of(Redundant, packet, Single, header).Payload.Length;
        });
        Assert.True(bytes > 0);
    }

    private static ForwardedPacket Packet(bool isRedundant)
    {
        var sink = new Sink();
        var pool = new PacketPool(0, 8);
        var track = new Track(
            new TrackDescription(MediaKind.Audio, CodecKind.Opus, 48_000),
            [pool],
            new TrackOptions()
        );
        track.StartSource(1, [], Instant.Zero);
        track.Attach(new Subscription(new(1), 1), Instant.Zero);
        Assert.True(pool.TryRent(out var handle));
        track.Forward(
            new TrackPacket
            {
                Handle = handle,
                ExtendedSequence = 70_000,
                ArrivedAt = Instant.Zero,
                Timestamp = 1,
                PacketLength = 50,
                HeaderLength = 12,
                PayloadOffset = 12,
                PayloadLength = 38,
                SourceEpoch = 1,
                Layer = 0,
                Marker = false,
                IsRedundant = isRedundant,
            },
            ref sink,
            Instant.Zero
        );
        return sink.Sent;
    }

    private struct Sink : IForwardSink
    {
        public ForwardedPacket Sent { get; private set; }

        public void Send(Subscription subscription, in ForwardedPacket packet) => Sent = packet;
    }
}
