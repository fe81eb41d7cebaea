using System.Buffers.Binary;

namespace Edge.Testing.Clients;

/// <summary>The head of a VP8 payload whose picture nobody decodes.</summary>
internal static class MadeUpVp8
{
    /// <summary>Bytes of the longest head: descriptor and key frame's header.</summary>
    public const int HeadBytesMax = DescriptorBytes + KeyHeaderBytes;

    private const int DescriptorBytes = 6;
    private const int KeyHeaderBytes = 10;

    /// <summary>RFC 7741 §4.2 with a 15-bit picture id and TL0PICIDX, then the frame header of
    /// RFC 6386 §9.1 in the first packet.</summary>
    public static void Write(Span<byte> payload, in MadeUpPicture picture, bool isFirst)
    {
        payload[0] = (byte)(0x80 | (isFirst ? 0x10 : 0));
        payload[1] = 0xE0;
        BinaryPrimitives.WriteUInt16BigEndian(
            payload[2..],
            (ushort)(0x8000 | (picture.Frame & 0x7FFF))
        );
        payload[4] = picture.BaseLayerIndex;
        payload[5] = (byte)(picture.IsUpper ? 0x60 : 0x20);
        if (isFirst)
        {
            WriteFrameHeader(payload.Slice(DescriptorBytes, KeyHeaderBytes), picture);
        }
    }

    private static void WriteFrameHeader(Span<byte> frame, in MadeUpPicture picture)
    {
        frame[0] = (byte)(picture.IsKey ? 0x10 : 0x11);
        if (picture.IsKey)
        {
            frame[3] = 0x9D;
            frame[4] = 0x01;
            frame[5] = 0x2A;
            BinaryPrimitives.WriteUInt16LittleEndian(frame[6..], (ushort)picture.Width);
            BinaryPrimitives.WriteUInt16LittleEndian(frame[8..], (ushort)picture.Height);
        }
    }
}
