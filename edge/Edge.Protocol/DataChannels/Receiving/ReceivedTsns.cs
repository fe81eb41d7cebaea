using Edge.Wire.Sctp.Chunks;

namespace Edge.Protocol.DataChannels.Receiving;

/// <summary>Which TSNs were received: everything up to the cumulative one, and a window behind it.</summary>
/// <remarks>Shape: a ring of bits. Bounded: TSNs further than <see cref="Window"/> ahead are refused and
/// come again.</remarks>
internal sealed partial class ReceivedTsns
{
    /// <summary>TSNs kept apart behind the cumulative one. Chosen: 9 MB of full packets, more than any
    /// window; a power of two, and below the 65535 that a gap block reaches.</summary>
    public const int Window = 8192;

    private const int BitsPerWord = 64;

    private readonly ulong[] _words = new ulong[Window / BitsPerWord];

    /// <summary>Everything up to here was received or skipped.</summary>
    public long Cumulative { get; private set; }

    /// <summary>The highest TSN received.</summary>
    public long Highest { get; private set; }

    /// <summary>Whether something is missing below the highest.</summary>
    public bool HasGap => Highest > Cumulative;

    /// <summary>Begins anew: the first TSN to come is given.</summary>
    public void Start(long first)
    {
        Array.Clear(_words);
        Cumulative = first - 1;
        Highest = first - 1;
    }

    /// <summary>Whether a TSN was received.</summary>
    public bool Contains(long tsn) => tsn <= Cumulative || (tsn <= Highest && IsSet(tsn));

    /// <summary>Whether a TSN is too far ahead to be kept.</summary>
    public bool IsBeyond(long tsn) => tsn - Cumulative > Window;

    /// <summary>Notes a TSN that was neither received nor beyond.</summary>
    public void Mark(long tsn)
    {
        Highest = Math.Max(Highest, tsn);
        _words[WordOf(tsn)] |= BitOf(tsn);
        Advance();
    }

    /// <summary>Goes on as if everything up to a TSN had been received.</summary>
    public void SkipTo(long tsn)
    {
        if (tsn <= Cumulative)
        {
            return;
        }

        if (tsn >= Highest)
        {
            Array.Clear(_words);
            Cumulative = tsn;
            Highest = tsn;
            return;
        }

        for (var number = Cumulative + 1; number <= tsn; number++)
        {
            _words[WordOf(number)] &= ~BitOf(number);
        }

        Cumulative = tsn;
        Advance();
    }

    /// <summary>Lists the runs behind the cumulative TSN, as many as there is room for.</summary>
    public int WriteGaps(Span<SctpGapBlock> blocks)
    {
        var count = 0;
        for (var tsn = Cumulative + 1; tsn <= Highest && count < blocks.Length; tsn++)
        {
            if (!IsSet(tsn))
            {
                continue;
            }

            var start = tsn;
            while (tsn < Highest && IsSet(tsn + 1))
            {
                tsn++;
            }

            // Within the window, so below 65536.
            blocks[count++] = new((ushort)(start - Cumulative), (ushort)(tsn - Cumulative));
        }

        return count;
    }

    private void Advance()
    {
        while (Cumulative < Highest && IsSet(Cumulative + 1))
        {
            Cumulative++;
            _words[WordOf(Cumulative)] &= ~BitOf(Cumulative);
        }
    }

    private bool IsSet(long tsn) => (_words[WordOf(tsn)] & BitOf(tsn)) != 0;

    private static int WordOf(long tsn) => (int)(tsn & (Window - 1)) / BitsPerWord;

    private static ulong BitOf(long tsn) => 1UL << (int)(tsn & (BitsPerWord - 1));
}
