using Edge.Primitives;

namespace Edge.Wire.State;

/// <summary>Values that several cores have, as they are written and read, within bounds in which what is reckoned with them
/// cannot overflow.</summary>
public static class StateValues
{
    /// <summary>More than anything is counted to. Chosen: a thousand years of ten million a second fit.</summary>
    public const long CountMax = 1L << 58;

    private const long SpanTicksMax = 36_525 * TimeSpan.TicksPerDay;
    private const int IPv6Bytes = 16;
    private const int AddressBytes = IPv6Bytes + sizeof(ushort);

    /// <summary>Opens a group that has at least so many values; without them it makes no sense.</summary>
    public static StateGroup BeginWhole(this ref StateReader reader, int valuesMin)
    {
        var outer = reader.Begin(int.MaxValue, out var values);
        if (values < valuesMin)
        {
            reader.Break();
        }

        return outer;
    }

    /// <summary>Reads what was counted.</summary>
    public static long Count(this ref StateReader reader) => (long)reader.UInt(CountMax);

    /// <summary>Reads a duration of no more than a hundred years, either way.</summary>
    public static TimeSpan Span(this ref StateReader reader) =>
        new(reader.Int(-SpanTicksMax, SpanTicksMax));

    /// <summary>Reads a number with a fraction between bounds.</summary>
    public static double NumberWithin(this ref StateReader reader, double min, double max)
    {
        var value = reader.Number();
        if (value < min || value > max)
        {
            reader.Break();
        }

        return reader.IsBroken ? min : value;
    }

    /// <summary>Writes a rate.</summary>
    public static void Rate(this StateWriter writer, Bitrate rate) =>
        writer.UInt((ulong)rate.BitsPerSecond);

    /// <summary>Reads a rate up to a bound.</summary>
    public static Bitrate Rate(this ref StateReader reader, Bitrate max) =>
        new((long)reader.UInt((ulong)max.BitsPerSecond));

    /// <summary>Writes an address as that of a UDP flow: TCP connections belong to a process.</summary>
    public static void Address(this StateWriter writer, in NetworkAddress address)
    {
        Span<byte> bytes = stackalloc byte[AddressBytes];
        address.WriteIPv6(bytes);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(
            bytes[IPv6Bytes..],
            address.Port
        );
        writer.Bytes(bytes);
    }

    /// <summary>Reads an address.</summary>
    public static NetworkAddress Address(this ref StateReader reader)
    {
        Span<byte> bytes = stackalloc byte[AddressBytes];
        reader.Bytes(bytes);
        return reader.IsBroken
            ? default
            : NetworkAddress.FromIPv6(
                bytes[..IPv6Bytes],
                System.Buffers.Binary.BinaryPrimitives.ReadUInt16BigEndian(bytes[IPv6Bytes..])
            );
    }

    /// <summary>Writes a source, or that there is none.</summary>
    public static void Source(this StateWriter writer, Ssrc? ssrc)
    {
        if (ssrc is { } source)
        {
            writer.UInt(source.Value);
        }
        else
        {
            writer.Nothing();
        }
    }

    /// <summary>Reads a source; null for none.</summary>
    public static Ssrc? Source(this ref StateReader reader) =>
        reader.IsNothing() ? null : new Ssrc(reader.UInt32());

    /// <summary>Writes a token; an empty one as nothing.</summary>
    public static void Token(this StateWriter writer, Token16 token)
    {
        Span<byte> text = stackalloc byte[Token16.LengthMax];
        if (token.IsEmpty)
        {
            writer.Nothing();
        }
        else
        {
            writer.Bytes(text[..token.CopyTo(text)]);
        }
    }

    /// <summary>Reads a token; empty for none.</summary>
    public static Token16 Token(this ref StateReader reader)
    {
        if (reader.IsNothing())
        {
            return default;
        }

        if (!Token16.TryCreate(reader.Bytes(Token16.LengthMax), out var token))
        {
            reader.Break();
        }

        return token;
    }

    /// <summary>Writes how far a line of numbers has come.</summary>
    public static void Unwrapper(this StateWriter writer, in SequenceUnwrapper unwrapper) =>
        writer.UInt((ulong)unwrapper.Highest);

    /// <summary>Reads how far a line of numbers has come.</summary>
    public static SequenceUnwrapper Unwrapper(this ref StateReader reader) =>
        SequenceUnwrapper.At(reader.Count());

    /// <summary>Writes a map of bits, most of whose words are like the one before: those take a byte.</summary>
    public static void Words(this StateWriter writer, ReadOnlySpan<ulong> words)
    {
        var outer = writer.Begin();
        var former = 0UL;
        foreach (var word in words)
        {
            writer.UInt(word ^ former);
            former = word;
        }

        writer.End(outer);
    }

    /// <summary>Reads a map of bits; false, with nothing read, when it has another size.</summary>
    public static bool TryReadWords(this ref StateReader reader, Span<ulong> words)
    {
        var outer = reader.Begin(int.MaxValue, out var count);
        var isSame = count == words.Length;
        var former = 0UL;
        for (var index = 0; isSame && index < count; index++)
        {
            former ^= reader.UInt();
            words[index] = former;
        }

        reader.End(outer);
        return isSame && !reader.IsBroken;
    }
}
