using Edge.Primitives;
using Edge.Wire.Rtp;
using Edge.Wire.Rtp.Dependencies;

namespace Edge.Protocol.Transport.Sending;

/// <summary>Writes the header of an outgoing packet with its extensions.</summary>
internal static class RtpPacketWriter
{
    /// <summary>Data longer than this needs the two-byte form (RFC 8285 §4.2).</summary>
    private const int OneByteDataMax = 16;

    private const int OneByteIdMax = 14;

    /// <summary>What encryption adds at most (RFC 7714 §13.1).</summary>
    private const int CipherBytesMax = 16;

    /// <summary>Writes header and extensions; 0 when they do not fit.</summary>
    /// <param name="destination">Where to.</param>
    /// <param name="stream">What it is of.</param>
    /// <param name="packet">What is sent.</param>
    /// <param name="addressing">What differs in a retransmission.</param>
    /// <param name="sentAt">The time of sending by the clock that the peer sees.</param>
    [HotPath]
    public static int WriteHeader(
        Span<byte> destination,
        SendStream stream,
        in OutgoingRtp packet,
        in RtpAddressing addressing,
        Instant sentAt
    )
    {
        // What cannot be read, or is not there, has no elements to carry over.
        var elements =
            packet.SourceExtensions.MayHave(stream.Translation.Carried)
            && RtpPacket.TryParse(packet.SourcePacket, out var source) == RtpParseError.None
                ? source.Extensions
                : default;
        var writer = new RtpHeaderWriter(
            destination,
            packet.Marker,
            addressing.PayloadType,
            addressing.SequenceNumber,
            packet.Timestamp,
            addressing.Ssrc,
            ChooseForm(stream, elements, packet.Descriptor)
        );
        AddOwn(ref writer, stream, addressing, sentAt);
        AddCarried(ref writer, stream, elements, packet.Descriptor);
        return writer.Complete();
    }

    /// <summary>Fills a packet with padding behind its header (RFC 3550 §5.1); returns how many bytes.</summary>
    [HotPath]
    public static int WritePadding(Span<byte> packet, int headerLength)
    {
        var room = packet.Length - headerLength - CipherBytesMax;
        var bytes = Math.Min(room, byte.MaxValue);
        if (bytes <= 0)
        {
            return 0;
        }

        var padding = packet.Slice(headerLength, bytes);
        padding.Clear();
        padding[^1] = (byte)bytes;
        packet[RtpHeader.FlagsOffset] |= RtpHeader.PaddingBit;
        return bytes;
    }

    private static void AddOwn(
        ref RtpHeaderWriter writer,
        SendStream stream,
        in RtpAddressing addressing,
        Instant sentAt
    )
    {
        var ids = stream.Media.Extensions;
        if (ids.Mid != 0)
        {
            writer.AddToken(ids.Mid, stream.Media.Mid.Token);
        }

        var ridId = addressing.IsRepair ? ids.RepairedRid : ids.Rid;
        if (ridId != 0 && !stream.Rid.IsEmpty)
        {
            writer.AddToken(ridId, stream.Rid.Token);
        }

        if (ids.AbsoluteSendTime != 0)
        {
            writer.AddUInt24(ids.AbsoluteSendTime, SendTime(sentAt));
        }

        if (ids.TransportSequence != 0)
        {
            writer.AddUInt16(ids.TransportSequence, addressing.TransportSequence);
        }
    }

    private static void AddCarried(
        ref RtpHeaderWriter writer,
        SendStream stream,
        RtpExtensionEnumerator elements,
        in DescriptorEdit edit
    )
    {
        foreach (var element in elements)
        {
            var id = stream.Translation.Outgoing(element.Id);
            if (id != 0)
            {
                writer.AddExtension(id, element.Data);
            }
            else if (IsDescriptor(stream, element, edit))
            {
                AddDescriptor(ref writer, stream.Translation.TargetDescriptor, element, edit);
            }
        }
    }

    private static bool IsDescriptor(
        SendStream stream,
        RtpExtensionElement element,
        in DescriptorEdit edit
    ) => edit.IsCarried && element.Id == stream.Translation.SourceDescriptor;

    private static void AddDescriptor(
        ref RtpHeaderWriter writer,
        byte id,
        RtpExtensionElement element,
        in DescriptorEdit edit
    )
    {
        Span<byte> rewritten = stackalloc byte[DescriptorWriter.BytesMax];
        var length = DescriptorWriter.Write(element.Data, edit, rewritten);
        writer.AddExtension(id, rewritten[..length]);
    }

    /// <summary>The two-byte form only where an element needs it and the other side takes both.</summary>
    private static ExtensionForm ChooseForm(
        SendStream stream,
        RtpExtensionEnumerator elements,
        in DescriptorEdit edit
    )
    {
        if (!stream.Media.UsesExtmapAllowMixed)
        {
            return ExtensionForm.OneByte;
        }

        foreach (var element in elements)
        {
            var id = stream.Translation.Outgoing(element.Id);
            var length = element.Data.Length;
            if (IsDescriptor(stream, element, edit))
            {
                id = stream.Translation.TargetDescriptor;
                length = DescriptorWriter.LengthOf(element.Data, edit);
            }

            if (id > OneByteIdMax || (id != 0 && length > OneByteDataMax))
            {
                return ExtensionForm.TwoByte;
            }
        }

        return ExtensionForm.OneByte;
    }

    /// <summary>abs-send-time: 6.18 fixed-point seconds, modulo 64 s. Only differences matter, so the
    /// driver's monotonic time serves.</summary>
    private static uint SendTime(Instant sentAt) =>
        (uint)((UInt128)(ulong)sentAt.Ticks * (1 << 18) / TimeSpan.TicksPerSecond) & 0xFFFFFF;
}
