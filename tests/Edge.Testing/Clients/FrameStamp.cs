using System.Buffers.Binary;
using Edge.Primitives;

namespace Edge.Testing.Clients;

/// <summary>What a made-up packet says of itself at the end of its payload, so that whoever receives it
/// can tell what is missing and how long it took.</summary>
/// <param name="Frame">The frame's number, from 0.</param>
/// <param name="Index">The packet's number in its frame, from 0.</param>
/// <param name="Count">Packets of the frame.</param>
/// <param name="IsKey">Whether the frame is a key frame.</param>
/// <param name="SentAt">When it was made, on the maker's timeline.</param>
public readonly record struct FrameStamp(
    uint Frame,
    byte Index,
    byte Count,
    bool IsKey,
    Instant SentAt
)
{
    /// <summary>Bytes of a stamp.</summary>
    public const int Bytes = 20;

    private const uint Magic = 0x57A3_0000;

    /// <summary>Writes the stamp into the last bytes of a payload.</summary>
    public void WriteEnd(Span<byte> payload)
    {
        var end = payload[^Bytes..];
        BinaryPrimitives.WriteUInt32BigEndian(end, Magic | (IsKey ? 1u : 0));
        BinaryPrimitives.WriteUInt32BigEndian(end[4..], Frame);
        BinaryPrimitives.WriteInt64BigEndian(end[8..], SentAt.Ticks);
        BinaryPrimitives.WriteUInt16BigEndian(end[16..], 0);
        end[18] = Index;
        end[19] = Count;
    }

    /// <summary>Reads the stamp from the last bytes of a payload; false when there is none.</summary>
    public static bool TryReadEnd(ReadOnlySpan<byte> payload, out FrameStamp stamp)
    {
        stamp = default;
        if (payload.Length < Bytes)
        {
            return false;
        }

        var end = payload[^Bytes..];
        var magic = BinaryPrimitives.ReadUInt32BigEndian(end);
        if ((magic & 0xFFFF_FFFE) != Magic)
        {
            return false;
        }

        stamp = new(
            BinaryPrimitives.ReadUInt32BigEndian(end[4..]),
            end[18],
            end[19],
            (magic & 1) != 0,
            new Instant(BinaryPrimitives.ReadInt64BigEndian(end[8..]))
        );
        return true;
    }
}
