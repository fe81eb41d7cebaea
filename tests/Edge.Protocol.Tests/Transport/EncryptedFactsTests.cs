using Edge.Primitives;
using Edge.Protocol.Negotiation;
using Edge.Protocol.Transport;
using Edge.Protocol.Transport.Receiving;
using Edge.Testing;
using Edge.Wire.Payload;
using Edge.Wire.Rtp;
using Xunit;

namespace Edge.Protocol.Tests.Transport;

/// <summary>Packets of frames that only the ends can read: the payload below looks like a VP8 key frame, and
/// nobody may believe it.</summary>
public sealed class EncryptedFactsTests
{
    private const byte DescriptorId = 12;
    private static readonly byte[] KeyFrameLookalike =
    [
        0x10,
        0x00,
        0x00,
        0x00,
        0x9D,
        0x01,
        0x2A,
        0x40,
        0x01,
        0xB4,
        0x00,
    ];

    private static readonly MediaAgreement Encrypted = Agreements.Video with
    {
        IsEncrypted = true,
        Extensions = Agreements.Extensions with { DependencyDescriptor = DescriptorId },
    };

    [Theory]
    [InlineData("c0000180003a410100", true, true, true)]
    [InlineData("80000180003a410100", true, true, false)]
    [InlineData("c50002", false, true, true)]
    [InlineData("050002", false, false, false)]
    [InlineData("40000180003a410100", false, false, true)]
    [InlineData("c5", false, false, false)]
    [InlineData("", false, false, false)]
    public void HandleRtp_EncryptedVideo_AsTheDescriptorSays(
        string descriptor,
        bool isKeyFrameStart,
        bool startsFrame,
        bool endsFrame
    )
    {
        var facts = Receive(Encrypted, Convert.FromHexString(descriptor));
        Assert.Equal(
            PayloadFacts.Unknown with
            {
                IsKeyFrameStart = isKeyFrameStart,
                StartsFrame = startsFrame,
                EndsFrame = endsFrame,
            },
            facts
        );
    }

    [Fact]
    public void HandleRtp_SameInTheClear_ByThePayload() =>
        Assert.True(
            Receive(Encrypted with { IsEncrypted = false }, descriptor: []).IsKeyFrameStart
        );

    [Fact]
    public void HandleRtp_EncryptedAudio_EveryPacketStands() =>
        Assert.Equal(
            PayloadFacts.Unknown with
            {
                StartsFrame = true,
            },
            Receive(Agreements.Audio with { IsEncrypted = true }, descriptor: [])
        );

    [Fact]
    public void Inspect_Steady_AllocatesNothing()
    {
        var packet = Packet(Encrypted, Convert.FromHexString("c50002"));
        AllocationAssert.None(() =>
        {
            if (RtpPacket.TryParse(packet, out var rtp) == RtpParseError.None)
            {
                EncryptedFacts.Inspect(Encrypted, rtp);
            }
        });
    }

    private static PayloadFacts Receive(MediaAgreement media, byte[] descriptor)
    {
        var clock = new ClockAnchor(Instant.Zero, NtpTimestamp.FromUnixTime(TimeSpan.Zero));
        var receiver = new MediaReceiver([media], new Ssrc(9), "node", clock, Instant.Zero);
        Assert.Equal(
            DropReason.None,
            receiver.HandleRtp(
                Packet(media, descriptor),
                Instant.Zero,
                Instant.Zero,
                out var received
            )
        );
        return received.Facts;
    }

    private static byte[] Packet(MediaAgreement media, byte[] descriptor)
    {
        var packet = new byte[200];
        var writer = new RtpHeaderWriter(
            packet,
            marker: true,
            media.Codec.PayloadType,
            new(7),
            9000,
            new(5)
        );
        writer.AddToken(media.Extensions.Mid, media.Mid.Token);
        writer.AddExtension(DescriptorId, descriptor);
        var length = writer.Complete();
        KeyFrameLookalike.CopyTo(packet, length);
        return packet[..(length + KeyFrameLookalike.Length)];
    }
}
