using System.Buffers.Binary;

namespace Edge.Mesh.Tests.Simulation.Clients;

/// <summary>What a packet of a simulated publisher says of itself, inside a payload that is VP8 to whoever looks.</summary>
/// <remarks>
/// Shape: RTP header of 12 bytes, VP8 descriptor of 6 (RFC 7741 §4.2), room for a key frame's header of 10
/// (RFC 6386 §9.1), these fields in 12 bytes, zeros.
/// </remarks>
/// <param name="Session">The publisher's session.</param>
/// <param name="Frame">The picture's number within its layer, from 1 on.</param>
/// <param name="Layer">Its layer.</param>
/// <param name="Index">The packet's place in the picture.</param>
/// <param name="Count">How many packets the picture has.</param>
/// <param name="IsKeyFrame">Whether the picture can be decoded without others.</param>
internal readonly record struct MediaStamp(
    uint Session,
    uint Frame,
    byte Layer,
    byte Index,
    byte Count,
    bool IsKeyFrame
)
{
    public const int HeaderBytes = 12;
    public const int DescriptorBytes = 6;
    public const int LeastBytes = HeaderBytes + DescriptorBytes + PictureBytes + StampBytes;

    private const int PictureBytes = 10;
    private const int StampBytes = 12;

    /// <summary>Whether it is its picture's last packet.</summary>
    public bool IsLast => Index == Count - 1;

    /// <summary>Writes the packet.</summary>
    public void Write(Span<byte> packet, long sequence, uint timestamp)
    {
        packet.Clear();
        packet[0] = 0x80;
        packet[1] = (byte)(96 | (IsLast ? 0x80 : 0));
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], unchecked((ushort)sequence));
        BinaryPrimitives.WriteUInt32BigEndian(packet[4..], timestamp);
        BinaryPrimitives.WriteUInt32BigEndian(packet[8..], Session);
        var payload = packet[HeaderBytes..];
        payload[0] = (byte)(0x80 | (Index == 0 ? 0x10 : 0));
        payload[1] = 0xF0;
        BinaryPrimitives.WriteUInt16BigEndian(payload[2..], (ushort)(0x8000 | (Frame & 0x7FFF)));
        payload[4] = (byte)Frame;
        var picture = payload[DescriptorBytes..];
        picture[0] = (byte)(IsKeyFrame ? 0 : 1);
        picture[3] = 0x9D;
        picture[4] = 0x01;
        picture[5] = 0x2A;
        BinaryPrimitives.WriteUInt16LittleEndian(picture[6..], (ushort)WidthOf(Layer));
        BinaryPrimitives.WriteUInt16LittleEndian(picture[8..], (ushort)(WidthOf(Layer) / 2));
        var stamp = picture[PictureBytes..];
        BinaryPrimitives.WriteUInt32BigEndian(stamp, Session);
        BinaryPrimitives.WriteUInt32BigEndian(stamp[4..], Frame);
        stamp[8] = Layer;
        stamp[9] = Index;
        stamp[10] = Count;
        stamp[11] = (byte)(IsKeyFrame ? 1 : 0);
    }

    /// <summary>Reads what stands behind the VP8 descriptor.</summary>
    public static MediaStamp Read(ReadOnlySpan<byte> tail)
    {
        var stamp = tail[PictureBytes..];
        return new MediaStamp(
            BinaryPrimitives.ReadUInt32BigEndian(stamp),
            BinaryPrimitives.ReadUInt32BigEndian(stamp[4..]),
            stamp[8],
            stamp[9],
            stamp[10],
            stamp[11] == 1
        );
    }

    /// <summary>The width of a layer's pictures.</summary>
    public static int WidthOf(int layer) => 160 << layer;
}
