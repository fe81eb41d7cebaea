using System.Buffers.Binary;
using System.Text;

namespace Edge.Primitives;

/// <summary>Up to sixteen ASCII characters held by value, so that comparing identifiers from packets
/// neither allocates nor follows a pointer.</summary>
/// <remarks>
/// Shape: 0 to 16 printable ASCII characters without space; the one-byte RTP header extension carries
/// at most 16 (RFC 8285 §4.2), which is why a longer mid or rid cannot be used anyway.
/// </remarks>
public readonly record struct Token16
{
    /// <summary>Most characters a token holds.</summary>
    public const int LengthMax = 16;

    private readonly ulong _high;
    private readonly ulong _low;

    private Token16(ulong high, ulong low)
    {
        _high = high;
        _low = low;
    }

    /// <summary>Whether the token has no character.</summary>
    public bool IsEmpty => _high == 0;

    /// <summary>Number of characters.</summary>
    public int Length
    {
        get
        {
            Span<byte> text = stackalloc byte[LengthMax];
            Write(text);
            var end = text.IndexOf((byte)0);
            return end < 0 ? LengthMax : end;
        }
    }

    /// <summary>Reads a token; false when it is empty, too long or has a character outside 0x21-0x7E.</summary>
    public static bool TryCreate(ReadOnlySpan<byte> text, out Token16 token)
    {
        token = default;
        if (
            text.IsEmpty
            || text.Length > LengthMax
            || text.ContainsAnyExceptInRange((byte)0x21, (byte)0x7E)
        )
        {
            return false;
        }

        Span<byte> padded = stackalloc byte[LengthMax];
        padded.Clear();
        text.CopyTo(padded);
        token = new(
            BinaryPrimitives.ReadUInt64BigEndian(padded),
            BinaryPrimitives.ReadUInt64BigEndian(padded[8..])
        );
        return true;
    }

    /// <summary>Reads a token from text; false under the same conditions as for bytes.</summary>
    public static bool TryCreate(ReadOnlySpan<char> text, out Token16 token)
    {
        token = default;
        Span<byte> ascii = stackalloc byte[LengthMax];
        return text.Length <= LengthMax
            && Ascii.FromUtf16(text, ascii, out var written) == System.Buffers.OperationStatus.Done
            && TryCreate(ascii[..written], out token);
    }

    /// <summary>Makes a token from text that is known to be one; throws otherwise.</summary>
    public static Token16 Create(string text) =>
        TryCreate(text.AsSpan(), out var token)
            ? token
            : throw new ArgumentException(
                $"Not a token of 1 to 16 characters: '{text}'.",
                nameof(text)
            );

    /// <summary>Copies the characters; returns how many, or 0 when they do not fit.</summary>
    public int CopyTo(Span<byte> destination)
    {
        Span<byte> text = stackalloc byte[LengthMax];
        Write(text);
        var end = text.IndexOf((byte)0);
        var length = end < 0 ? LengthMax : end;
        return text[..length].TryCopyTo(destination) ? length : 0;
    }

    /// <summary>Orders tokens as their characters' codes do: negative before, zero equal, positive behind.</summary>
    public int CompareTo(Token16 other) =>
        _high != other._high ? _high.CompareTo(other._high) : _low.CompareTo(other._low);

    /// <inheritdoc/>
    public override string ToString()
    {
        Span<byte> text = stackalloc byte[LengthMax];
        return Encoding.ASCII.GetString(text[..CopyTo(text)]);
    }

    private void Write(Span<byte> text)
    {
        BinaryPrimitives.WriteUInt64BigEndian(text, _high);
        BinaryPrimitives.WriteUInt64BigEndian(text[8..], _low);
    }
}
