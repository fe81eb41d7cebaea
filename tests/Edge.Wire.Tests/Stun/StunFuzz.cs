using System.Buffers.Binary;
using Edge.Testing;
using Edge.Wire.Stun;
using Xunit;

namespace Edge.Wire.Tests.Stun;

/// <summary>Any bytes into the parser, compared with a slow reading of RFC 8489 §5 and §14.</summary>
public sealed class StunFuzz
{
    /// <summary>The one entry: replay, mutation and external fuzzers call it.</summary>
    internal static void Run(ReadOnlySpan<byte> datagram)
    {
        var error = StunMessage.TryParse(datagram, out var message);
        var expected = ReadSlowly(datagram);
        Assert.Equal(expected is not null, error == StunParseError.None);
        if (expected is null)
        {
            return;
        }

        foreach (var (type, value) in expected)
        {
            Assert.True(message.TryFindAttribute((StunAttributeType)type, out var found));
            var first = expected.First(attribute => attribute.Type == type).Value;
            Assert.Equal(first, found.ToArray());
            _ = value;
        }

        _ = message.VerifyIntegrity("VOkJxbRl1RmTxUk/WvJxBt"u8);
        _ = message.HasValidFingerprintOrNone;
        _ = message.TryReadUsername(out _, out _);
        _ = message.TryReadXorMappedAddress(out _);
        _ = message.TryReadErrorCode(out _);
        _ = message.TryReadPriority(out _);
        _ = message.FindUnknownRequired(stackalloc StunAttributeType[8]);
    }

    [Fact]
    public void Run_MutatedVectors_AgreesWithTheSlowReader()
    {
        var rfc5769 = Vectors.Load("rfc5769/messages.txt");
        byte[][] seeds =
        [
            rfc5769["request"],
            rfc5769["response IPv6"],
            rfc5769["long-term request"],
            Vectors.Load("rfc8489/b1.txt")["request"],
        ];
        Seeds.Check(
            random =>
            {
                var bytes = (byte[])seeds[random.NextInt32(seeds.Length)].Clone();
                for (var count = 1 + random.NextInt32(4); count > 0; count--)
                {
                    Mutate(ref bytes, random);
                }

                Run(bytes);
            },
            rounds: 20_000
        );
    }

    /// <summary>Goal: no single bit of a protected message can be turned without notice. Method: each
    /// bit once; padding and what follows MESSAGE-INTEGRITY is covered by FINGERPRINT.</summary>
    [Fact]
    public void VerifyIntegrity_AnyBitTurned_IsNoticed()
    {
        var vectors = Vectors.Load("rfc5769/messages.txt");
        var password = vectors["password"];
        var request = vectors["request"];
        for (var bit = 0; bit < request.Length * 8; bit++)
        {
            var bytes = (byte[])request.Clone();
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            var isAccepted =
                StunMessage.TryParse(bytes, out var message) == StunParseError.None
                && message.VerifyIntegrity(password)
                && message.HasFingerprint
                && message.HasValidFingerprintOrNone;

            Assert.False(isAccepted, $"Bit {bit} was turned without notice.");
        }
    }

    private static void Mutate(ref byte[] bytes, Edge.Primitives.Prng random)
    {
        var at = random.NextInt32(bytes.Length);
        switch (random.NextInt32(6))
        {
            case 0:
                bytes[at] ^= (byte)(1 << random.NextInt32(8));
                break;
            case 1:
                bytes[at] = (byte)random.NextUInt32();
                break;
            case 2:
                bytes = bytes[..Math.Max(1, at)];
                break;
            case 3:
                Array.Resize(ref bytes, bytes.Length + (4 * (1 + random.NextInt32(4))));
                break;
            case 4:
                // An attribute's length, where there is one at this place.
                at &= ~3;
                if (at + 4 <= bytes.Length)
                {
                    var length = (ushort)random.NextInt32(random.NextInt32(2) == 0 ? 24 : 65536);
                    BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(at + 2), length);
                }

                break;
            default:
                // The right length again, so that the attributes are looked at.
                Array.Resize(ref bytes, Math.Max(20, bytes.Length & ~3));
                BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2), (ushort)(bytes.Length - 20));
                break;
        }
    }

    /// <summary>The visible attributes, or null when the bytes are no message.</summary>
    private static List<(int Type, byte[] Value)>? ReadSlowly(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length is < 20 or > 1280 || (bytes[0] & 0xC0) != 0)
        {
            return null;
        }

        var length = (bytes[2] << 8) | bytes[3];
        ReadOnlySpan<byte> cookie = [0x21, 0x12, 0xA4, 0x42];
        if (length != bytes.Length - 20 || (length & 3) != 0 || !bytes[4..8].SequenceEqual(cookie))
        {
            return null;
        }

        var visible = new List<(int Type, byte[] Value)>();
        var isHidden = false;
        var hasIntegrity = false;
        var count = 0;
        var rest = bytes[20..];
        while (!rest.IsEmpty)
        {
            var type = (rest[0] << 8) | rest[1];
            var valueLength = (rest[2] << 8) | rest[3];
            var end = 4 + ((valueLength + 3) / 4 * 4);
            if (++count > 32 || end > rest.Length)
            {
                return null;
            }

            if (type == 0x0008 && !hasIntegrity)
            {
                hasIntegrity = true;
                if (valueLength != 20)
                {
                    return null;
                }
            }

            if (type == 0x8028 && (valueLength != 4 || end != rest.Length))
            {
                return null;
            }

            isHidden |= type is 0x0008 or 0x001C or 0x8028;
            if (!isHidden)
            {
                visible.Add((type, rest.Slice(4, valueLength).ToArray()));
            }

            rest = rest[end..];
        }

        return visible;
    }
}
