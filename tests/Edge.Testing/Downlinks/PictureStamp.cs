using System.Buffers.Binary;
using Edge.Primitives;

namespace Edge.Testing.Downlinks;

/// <summary>What a packet of a made-up picture says of itself, at the end of its payload.</summary>
/// <param name="Layer">The layer; <see cref="Sound"/> for sound.</param>
/// <param name="Frame">The picture's number in its layer, from 1.</param>
/// <param name="Index">The packet's number in its picture, from 0.</param>
/// <param name="Count">Packets of the picture.</param>
/// <param name="IsKeyFrame">Whether it needs no other picture.</param>
/// <param name="MadeAt">When it was made.</param>
public readonly record struct PictureStamp(
    byte Layer,
    uint Frame,
    ushort Index,
    ushort Count,
    bool IsKeyFrame,
    Instant MadeAt
)
{
    /// <summary>Bytes of a stamp.</summary>
    public const int Bytes = 20;

    /// <summary>The layer of sound.</summary>
    public const byte Sound = 255;

    private const ushort Magic = 0x5A3C;

    /// <summary>Writes the stamp into the last bytes of a payload.</summary>
    public void WriteEnd(Span<byte> payload)
    {
        var end = payload[^Bytes..];
        BinaryPrimitives.WriteUInt16BigEndian(end, Magic);
        end[2] = Layer;
        end[3] = IsKeyFrame ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt32BigEndian(end[4..], Frame);
        BinaryPrimitives.WriteUInt16BigEndian(end[8..], Index);
        BinaryPrimitives.WriteUInt16BigEndian(end[10..], Count);
        BinaryPrimitives.WriteInt64BigEndian(end[12..], MadeAt.Ticks);
    }

    /// <summary>Reads the stamp from the last bytes of a payload; false when there is none.</summary>
    public static bool TryReadEnd(ReadOnlySpan<byte> payload, out PictureStamp stamp)
    {
        stamp = default;
        if (
            payload.Length < Bytes
            || BinaryPrimitives.ReadUInt16BigEndian(payload[^Bytes..]) != Magic
        )
        {
            return false;
        }

        var end = payload[^Bytes..];
        stamp = new(
            end[2],
            BinaryPrimitives.ReadUInt32BigEndian(end[4..]),
            BinaryPrimitives.ReadUInt16BigEndian(end[8..]),
            BinaryPrimitives.ReadUInt16BigEndian(end[10..]),
            end[3] != 0,
            new Instant(BinaryPrimitives.ReadInt64BigEndian(end[12..]))
        );
        return true;
    }
}
