namespace Edge.Primitives;

/// <summary>A 16-bit RTP sequence number with wrap-around order (RFC 3550 §5.1, RFC 1982).</summary>
public readonly record struct SequenceNumber(ushort Value)
{
    /// <summary>The next number, wrapping from 65535 to 0.</summary>
    public SequenceNumber Next => new(unchecked((ushort)(Value + 1)));

    /// <summary>Whether this number comes after another; exactly half the circle away is not.</summary>
    public bool IsNewerThan(SequenceNumber other) => DistanceFrom(other) > 0;

    /// <summary>Signed steps from another number to this one, -32768 to 32767.</summary>
    public int DistanceFrom(SequenceNumber other) => unchecked((short)(Value - other.Value));

    /// <summary>The number some steps later (or earlier, when negative).</summary>
    public static SequenceNumber operator +(SequenceNumber number, int steps) =>
        new(unchecked((ushort)(number.Value + steps)));

    /// <inheritdoc/>
    public override string ToString() =>
        Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
