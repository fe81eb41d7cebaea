using Edge.Primitives;

namespace Edge.Wire.Payload;

/// <summary>The layout of a redundant payload: copies of earlier packets' sound, then the packet's own.</summary>
/// <remarks>Shape: one payload format throughout, which is all that WebRTC sends; the own block, the primary one,
/// is the last and not empty. Source: RFC 2198 §3.</remarks>
public readonly record struct RedPayload
{
    /// <summary>Copies in one packet at most. Chosen: libwebrtc sends one, and two where an app asks for it;
    /// more than eight of 20 ms come later than any jitter buffer waits. Others are refused.</summary>
    public const int CopiesMax = 8;

    /// <summary>Bytes before the sound at most.</summary>
    public const int HeaderBytesMax = CopiesMax * CopyHeaderBytes + PrimaryHeaderBytes;

    private const int CopyHeaderBytes = 4;
    private const int PrimaryHeaderBytes = 1;
    private const byte FollowsBit = 0x80;
    private const byte TypeMask = 0x7F;
    private const int LengthMask = 0x3FF;

    /// <summary>The format of all blocks, as their sender numbers it.</summary>
    public PayloadType Format { get; private init; }

    /// <summary>Bytes before the sound.</summary>
    public int HeaderBytes { get; private init; }

    /// <summary>Where the packet's own sound begins.</summary>
    public int PrimaryOffset { get; private init; }

    /// <summary>Bytes of the packet's own sound, which reaches to the end.</summary>
    public int PrimaryBytes { get; private init; }

    // Each copy has 32 bits of header, the packet's own sound 8:
    //
    //  0                   1                   2                   3
    //  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
    // +-+-------------+---------------------------+-------------------+
    // |1|  format     |  age in timestamp units   |   length, bytes   |
    // +-+-------------+---------------------------+-------------------+
    // |0|  format     |
    // +-+-------------+

    /// <summary>Reads the layout; false when lengths do not fit, formats differ, there are more than
    /// <see cref="CopiesMax"/> copies, or nothing is left for the packet's own sound.</summary>
    [HotPath]
    public static bool TryParse(ReadOnlySpan<byte> payload, out RedPayload red)
    {
        red = default;
        var at = 0;
        var copiesBytes = 0;
        while (at < payload.Length && (payload[at] & FollowsBit) != 0)
        {
            if (
                at >= CopiesMax * CopyHeaderBytes
                || payload.Length - at < CopyHeaderBytes
                || ((payload[at] ^ payload[0]) & TypeMask) != 0
            )
            {
                return false;
            }

            copiesBytes += (payload[at + 2] << 8 | payload[at + 3]) & LengthMask;
            at += CopyHeaderBytes;
        }

        if (at >= payload.Length || ((payload[at] ^ payload[0]) & TypeMask) != 0)
        {
            return false;
        }

        var offset = at + PrimaryHeaderBytes + copiesBytes;
        if (offset >= payload.Length)
        {
            return false;
        }

        red = new RedPayload
        {
            Format = new PayloadType((byte)(payload[0] & TypeMask)),
            HeaderBytes = at + PrimaryHeaderBytes,
            PrimaryOffset = offset,
            PrimaryBytes = payload.Length - offset,
        };
        return true;
    }

    /// <summary>Writes the header of a payload of this layout for who numbers the format otherwise; returns its
    /// bytes, 0 when it does not fit.</summary>
    [HotPath]
    public int WriteHeader(ReadOnlySpan<byte> payload, PayloadType format, Span<byte> destination)
    {
        if (!payload[..HeaderBytes].TryCopyTo(destination))
        {
            return 0;
        }

        for (var at = 0; at < HeaderBytes; at += CopyHeaderBytes)
        {
            destination[at] = (byte)((destination[at] & FollowsBit) | format.Value);
        }

        return HeaderBytes;
    }
}
