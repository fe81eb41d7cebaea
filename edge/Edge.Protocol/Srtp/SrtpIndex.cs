using Edge.Primitives;

namespace Edge.Protocol.Srtp;

/// <summary>The 48-bit packet index of SRTP: rollover counter and sequence number (RFC 3711 §3.3.1).</summary>
internal static class SrtpIndex
{
    /// <summary>The last index of a key's life (RFC 3711 §9.2: 2^48 packets).</summary>
    public const long Max = (1L << 48) - 1;

    /// <summary>Guesses the index of a sequence number (RFC 3711 §3.3.1 and appendix A).</summary>
    /// <param name="sequence">The number in the packet.</param>
    /// <param name="highest">The highest index so far; -1 when there is none: then the counter is 0.</param>
    /// <returns>The index; negative when it would lie before the first.</returns>
    [HotPath]
    public static long Guess(ushort sequence, long highest)
    {
        if (highest < 0)
        {
            return sequence;
        }

        var last = (int)(highest & 0xFFFF);
        var rollover = highest >> 16;
        if (last < 32768)
        {
            rollover -= sequence - last > 32768 ? 1 : 0;
        }
        else
        {
            rollover += last - 32768 > sequence ? 1 : 0;
        }

        return (rollover << 16) | sequence;
    }
}
