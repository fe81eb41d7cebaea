using System.Buffers.Binary;

namespace Edge.Protocol.Dtls;

/// <summary>What tells one ClientHello from another: its length and its random.</summary>
/// <param name="Length">Length of the message.</param>
/// <param name="RandomHigh">First half of the random.</param>
/// <param name="RandomLow">Second half of the random.</param>
/// <param name="HasRandom">False for a fragment that lies behind the random.</param>
internal readonly record struct DtlsHelloKey(
    int Length,
    UInt128 RandomHigh,
    UInt128 RandomLow,
    bool HasRandom
)
{
    // Of the handshake message: RFC 6347 §4.2.2; version and random begin its body (RFC 5246 §7.4.1.2).
    private const int HeaderBytes = 12;
    private const int FragmentOffsetOffset = 6;
    private const int RandomOffset = HeaderBytes + 2;
    private const int RandomBytes = 32;

    /// <summary>Reads the key of a record that the gate admitted as a ClientHello.</summary>
    public static DtlsHelloKey Read(ReadOnlySpan<byte> message)
    {
        var length = (message[1] << 16) | (message[2] << 8) | message[3];
        var offset = message.Slice(FragmentOffsetOffset, 3);
        var isStart = (offset[0] | offset[1] | offset[2]) == 0;
        if (!isStart || message.Length < RandomOffset + RandomBytes)
        {
            return new(length, 0, 0, HasRandom: false);
        }

        return new(
            length,
            BinaryPrimitives.ReadUInt128BigEndian(message[RandomOffset..]),
            BinaryPrimitives.ReadUInt128BigEndian(message[(RandomOffset + 16)..]),
            HasRandom: true
        );
    }

    /// <summary>Whether two fragments may be of one ClientHello.</summary>
    public bool MayBe(in DtlsHelloKey other) =>
        Length == other.Length
        && (
            !HasRandom
            || !other.HasRandom
            || (RandomHigh == other.RandomHigh && RandomLow == other.RandomLow)
        );
}
