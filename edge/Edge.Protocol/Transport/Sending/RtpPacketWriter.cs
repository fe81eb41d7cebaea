using Edge.Primitives;
using Edge.Wire.Rtp;

namespace Edge.Protocol.Transport.Sending;

/// <summary>Writes the header of an outgoing packet with its extensions.</summary>
internal static class RtpPacketWriter
{
    /// <summary>Data longer than this needs the two-byte form (RFC 8285 §4.2).</summary>
    private const int OneByteDataMax = 16;

    private const int OneByteIdMax = 14;

    /// <summary>Writes header and extensions; 0 when they do not fit.</summary>
    [HotPath]
    public static int WriteHeader(
        Span<byte> destination,
        SendStream stream,
        in OutgoingRtp packet,
        in RtpAddressing addressing,
        Instant now
    )
    {
        var writer = new RtpHeaderWriter(
            destination,
            packet.Marker,
            addressing.PayloadType,
            addressing.SequenceNumber,
            packet.Timestamp,
            addressing.Ssrc,
            ChooseForm(stream, packet.SourcePacket)
        );
        AddOwn(ref writer, stream, addressing, now);
        AddCarried(ref writer, stream, packet.SourcePacket);
        return writer.Complete();
    }

    private static void AddOwn(
        ref RtpHeaderWriter writer,
        SendStream stream,
        in RtpAddressing addressing,
        Instant now
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
            writer.AddUInt24(ids.AbsoluteSendTime, SendTime(now));
        }

        if (ids.TransportSequence != 0)
        {
            writer.AddUInt16(ids.TransportSequence, addressing.TransportSequence);
        }
    }

    private static void AddCarried(
        ref RtpHeaderWriter writer,
        SendStream stream,
        ReadOnlySpan<byte> sourcePacket
    )
    {
        if (RtpPacket.TryParse(sourcePacket, out var source) != RtpParseError.None)
        {
            return;
        }

        foreach (var element in source.Extensions)
        {
            var id = stream.Translation.Outgoing(element.Id);
            if (id != 0)
            {
                writer.AddExtension(id, element.Data);
            }
        }
    }

    /// <summary>The two-byte form only where an element needs it and the other side takes both.</summary>
    private static ExtensionForm ChooseForm(SendStream stream, ReadOnlySpan<byte> sourcePacket)
    {
        if (
            !stream.Media.UsesExtmapAllowMixed
            || RtpPacket.TryParse(sourcePacket, out var source) != RtpParseError.None
        )
        {
            return ExtensionForm.OneByte;
        }

        foreach (var element in source.Extensions)
        {
            var id = stream.Translation.Outgoing(element.Id);
            if (id > OneByteIdMax || (id != 0 && element.Data.Length > OneByteDataMax))
            {
                return ExtensionForm.TwoByte;
            }
        }

        return ExtensionForm.OneByte;
    }

    /// <summary>abs-send-time: 6.18 fixed-point seconds, modulo 64 s. Only differences matter, so the
    /// driver's monotonic time serves.</summary>
    private static uint SendTime(Instant now) =>
        (uint)((UInt128)(ulong)now.Ticks * (1 << 18) / TimeSpan.TicksPerSecond) & 0xFFFFFF;
}
