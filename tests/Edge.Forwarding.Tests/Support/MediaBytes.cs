using System.Buffers.Binary;
using Edge.Forwarding.Tracks;
using Edge.Primitives;
using Edge.Wire.Payload;

namespace Edge.Forwarding.Tests.Support;

/// <summary>Payloads that say who they are, in VP8's clothes or plain, and reading them back.</summary>
internal static class MediaBytes
{
    public const int HeaderLength = 12;

    private const int IdentityBytes = 13;

    /// <summary>Writes header room and payload into a slot; returns the payload's length.</summary>
    public static int Write(Span<byte> slot, CodecKind codec, in MediaIdentity identity)
    {
        slot[..HeaderLength].Clear();
        var payload = slot[HeaderLength..];
        var offset = 0;
        if (codec == CodecKind.Vp8)
        {
            payload[0] = (byte)(0x80 | (identity.StartsFrame ? 0x10 : 0));
            payload[1] = 0xF0;
            offset = 2;
            if (identity.IsShortPictureId)
            {
                payload[offset++] = (byte)(identity.PictureId & 0x7F);
            }
            else
            {
                BinaryPrimitives.WriteUInt16BigEndian(
                    payload[offset..],
                    (ushort)(0x8000 | (identity.PictureId & 0x7FFF))
                );
                offset += 2;
            }

            payload[offset++] = (byte)identity.Tl0;
            payload[offset++] = (byte)(identity.KeyIndex & 0x1F);
        }

        payload[offset] = (byte)(identity.IsKeyFrameStart ? 0 : 1);
        payload[offset + 1] = (byte)(identity.IsKeyFrameStart ? 1 : 0);
        BinaryPrimitives.WriteUInt16BigEndian(payload[(offset + 2)..], identity.Epoch);
        payload[offset + 4] = identity.Layer;
        BinaryPrimitives.WriteInt64BigEndian(payload[(offset + 5)..], identity.ExtendedSequence);
        return offset + IdentityBytes;
    }

    /// <summary>Puts a forwarded packet together as a sender would and reads it.</summary>
    public static SentPacket Read(
        PacketPool[] pools,
        in ForwardedPacket packet,
        CodecKind codec,
        Instant now
    )
    {
        var atMs = (double)now.Ticks / TimeSpan.TicksPerMillisecond;
        if (packet.PrefixLength + packet.TailLength == 0)
        {
            return new(
                packet.ExtendedSequence,
                packet.Timestamp,
                packet.Marker,
                packet.IsRetransmission,
                IsFiller: true,
                0,
                0,
                0,
                IsKeyFrameStart: false,
                0,
                0,
                0,
                atMs,
                packet.CaptureTime
            );
        }

        var payload = new byte[packet.PrefixLength + packet.TailLength];
        packet.PrefixBytes.CopyTo(payload);
        pools[packet.Handle.Pool]
            .Slot(packet.Handle)
            .Slice(packet.TailOffset, packet.TailLength)
            .CopyTo(payload.AsSpan(packet.PrefixLength));
        var identity = payload.AsSpan(payload.Length - IdentityBytes);
        var descriptor = default(Vp8Descriptor);
        if (codec == CodecKind.Vp8 && !Vp8Descriptor.TryParse(payload, out descriptor))
        {
            throw new InvalidOperationException("The descriptor sent cannot be read.");
        }

        return new(
            packet.ExtendedSequence,
            packet.Timestamp,
            packet.Marker,
            packet.IsRetransmission,
            IsFiller: false,
            BinaryPrimitives.ReadUInt16BigEndian(identity[2..]),
            identity[4],
            BinaryPrimitives.ReadInt64BigEndian(identity[5..]),
            identity[1] == 1,
            descriptor.PictureId,
            descriptor.Tl0PictureIndex,
            descriptor.KeyIndex,
            atMs,
            packet.CaptureTime
        )
        {
            IsTelephoneEvent = packet.IsTelephoneEvent,
        };
    }
}
