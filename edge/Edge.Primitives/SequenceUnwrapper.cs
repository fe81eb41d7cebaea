namespace Edge.Primitives;

/// <summary>Extends 16-bit numbers to a 64-bit line by nearness to the highest seen.</summary>
/// <remarks>
/// Shape: the first number maps to 65536 + itself, so that packets reordered before the first stay
/// positive. A number up to 32767 steps ahead advances; anything else is an older one.
/// </remarks>
public struct SequenceUnwrapper
{
    private long _highest;

    /// <summary>Whether any number was seen.</summary>
    public readonly bool IsStarted => _highest != 0;

    /// <summary>The highest extended number so far; meaningful once started.</summary>
    public readonly long Highest => _highest;

    /// <summary>One that goes on from another's <see cref="Highest"/>; 0 for one that saw nothing.</summary>
    public static SequenceUnwrapper At(long highest) => new() { _highest = highest };

    /// <summary>The least extended number, from one on, that ends in the given 16 bits. So whoever gives numbers goes on behind an
    /// SRTP index, which has the same bits and counts rollovers from another beginning.</summary>
    public static long FirstFrom(long least, SequenceNumber number) =>
        least + ((number.Value - least) & ushort.MaxValue);

    /// <summary>Extends a number and remembers it when it is the highest.</summary>
    public long Unwrap(SequenceNumber number)
    {
        var extended = Peek(number);
        if (extended > _highest)
        {
            _highest = extended;
        }

        return extended;
    }

    /// <summary>Extends a number without remembering it.</summary>
    public readonly long Peek(SequenceNumber number) =>
        IsStarted
            ? _highest + number.DistanceFrom(new(unchecked((ushort)_highest)))
            : 65536L + number.Value;
}
