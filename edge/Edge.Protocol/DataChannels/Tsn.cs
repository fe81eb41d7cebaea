namespace Edge.Protocol.DataChannels;

/// <summary>Transmission sequence numbers on a 64-bit line, so that they compare as numbers do
/// (RFC 9260 §1.6 compares 32 bits on a circle).</summary>
internal static class Tsn
{
    /// <summary>The place of an initial TSN; high enough that older ones stay positive.</summary>
    public static long Start(uint initial) => (1L << 32) + initial;

    /// <summary>The place of a TSN that is less than half the circle away from a known place.</summary>
    public static long Extend(uint wire, long near) => near + unchecked((int)(wire - (uint)near)); // The distance on the circle.

    /// <summary>The TSN as it is sent.</summary>
    public static uint Wire(long extended) => unchecked((uint)extended); // The circle's 32 bits.
}
