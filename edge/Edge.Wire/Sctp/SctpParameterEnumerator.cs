using System.Buffers.Binary;

namespace Edge.Wire.Sctp;

/// <summary>Walks type-length-value entries: parameters of a chunk, or causes of an ERROR.</summary>
/// <remarks>
/// RFC 9260 §3.2.1, each padded to 4 bytes; the last may lack its padding:
/// <code>
/// |        Parameter Type         |       Parameter Length        |
/// \                        Parameter Value                        /
/// </code>
/// Errors: the walk ends at the first entry that does not fit, and <see cref="Error"/> says so.
/// </remarks>
public ref struct SctpParameterEnumerator
{
    /// <summary>Most entries of one chunk that are read. Chosen: browsers send two or three.</summary>
    public const int ParametersMax = 32;

    internal const int HeaderBytes = 4;

    private ReadOnlySpan<byte> _rest;
    private int _count;

    /// <summary>Starts before the first entry.</summary>
    public SctpParameterEnumerator(ReadOnlySpan<byte> entries) => _rest = entries;

    /// <summary>The entry's type, which may be one that has no name here.</summary>
    public SctpParameterType Type { get; private set; }

    /// <summary>The entry's value, without padding.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Header and value.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>Why the walk ended early; none at a proper end.</summary>
    public SctpParseError Error { get; private set; }

    /// <summary>Goes to the next entry; false at the end and at the first bad one.</summary>
    public bool MoveNext()
    {
        if (_rest.IsEmpty || Error != SctpParseError.None)
        {
            return false;
        }

        var length =
            _rest.Length < HeaderBytes ? 0 : BinaryPrimitives.ReadUInt16BigEndian(_rest[2..]);
        if (length < HeaderBytes || length > _rest.Length)
        {
            Error = SctpParseError.ParameterLength;
            return false;
        }

        if (_count++ == ParametersMax)
        {
            Error = SctpParseError.TooManyParameters;
            return false;
        }

        Type = (SctpParameterType)BinaryPrimitives.ReadUInt16BigEndian(_rest);
        Bytes = _rest[..length];
        Value = Bytes[HeaderBytes..];
        _rest = _rest[Math.Min(SctpPacket.Pad(length), _rest.Length)..];
        return true;
    }

    /// <summary>Walks all entries and says what is wrong with them.</summary>
    public static SctpParseError Check(ReadOnlySpan<byte> entries)
    {
        var walk = new SctpParameterEnumerator(entries);
        while (walk.MoveNext())
        {
            // Looking at each is the check.
        }

        return walk.Error;
    }
}
