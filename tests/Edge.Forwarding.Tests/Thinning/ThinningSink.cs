using System.Buffers.Binary;
using Edge.Forwarding.Tracks;
using Edge.Primitives;
using Edge.Wire.Payload;
using Edge.Wire.Rtp;
using Edge.Wire.Rtp.Dependencies;

namespace Edge.Forwarding.Tests.Thinning;

/// <summary>Puts packets together as a sender does and keeps them in the viewer's list.</summary>
internal readonly struct ThinningSink(PacketPool pool, CodecKind codec) : IForwardSink
{
    public void Send(Subscription subscription, in ForwardedPacket packet) =>
        ((List<ThinnedPacket>)subscription.Owner!).Add(Read(packet));

    private ThinnedPacket Read(in ForwardedPacket packet)
    {
        var isFiller = packet.PrefixLength + packet.TailLength == 0;
        var slot = isFiller ? default : pool.Slot(packet.Handle);
        var payload = new byte[packet.PrefixLength + packet.TailLength];
        packet.PrefixBytes.CopyTo(payload);
        slot.Slice(packet.TailOffset, packet.TailLength)
            .CopyTo(payload.AsSpan(packet.PrefixLength));
        var descriptor = default(Vp8Descriptor);
        if (codec == CodecKind.Vp8 && !isFiller && !Vp8Descriptor.TryParse(payload, out descriptor))
        {
            throw new InvalidOperationException("The descriptor sent cannot be read.");
        }

        return new(
            packet.ExtendedSequence,
            packet.Timestamp,
            packet.Marker,
            isFiller,
            packet.IsRetransmission,
            isFiller ? -1 : BinaryPrimitives.ReadInt64BigEndian(payload.AsSpan(payload.Length - 8)),
            Descriptor(slot, packet),
            descriptor.PictureId
        );
    }

    private static byte[] Descriptor(ReadOnlySpan<byte> slot, in ForwardedPacket packet)
    {
        if (
            !packet.Descriptor.IsCarried
            || RtpPacket.TryParse(slot[..packet.SourcePacketLength], out var rtp)
                != RtpParseError.None
            || !rtp.TryFindExtension(LayeredEncoder.DescriptorId, out var source)
        )
        {
            return [];
        }

        var written = new byte[DescriptorWriter.BytesMax];
        return written[..DescriptorWriter.Write(source, packet.Descriptor, written)];
    }
}
