using System.Diagnostics;
using Edge.Primitives;

namespace Edge.Protocol.Srtp;

/// <summary>Remembers which of the latest packet indices were used (RFC 3711 §3.3.2).</summary>
/// <remarks>
/// Shape: a ring of one bit an index. It guards both directions: a receiver against replays, a sender
/// against protecting two packets under one index.
/// </remarks>
internal sealed partial class ReplayWindow
{
    /// <summary>How many indices are remembered. Chosen: at 1200-byte packets and 20 Mbit/s this is one
    /// second, as long as a retransmission under the same SSRC may take; RFC 3711 asks for 64 at least.</summary>
    public const int SizeBits = 2048;

    private const int WordBits = 64;
    private const int WordCount = SizeBits / WordBits;

    /// <summary>Up to which index a sender may use it; a receiver takes what is authentic.</summary>
    public IndexLimit Limit = new(SrtpIndex.Max);

    private ulong[]? _words;
    private long _lowest;

    /// <summary>The highest index accepted; -1 before the first.</summary>
    public long Highest { get; private set; } = -1;

    /// <summary>Whether it holds bits; a closed one takes only indices above the highest.</summary>
    public bool IsOpen => _words is not null;

    /// <summary>Whether an index may be used; changes nothing.</summary>
    [HotPath]
    public ReplayVerdict Check(long index)
    {
        if (index < 0)
        {
            return ReplayVerdict.TooOld;
        }

        if (index > Highest)
        {
            return ReplayVerdict.Fresh;
        }

        if (_words is null || index < _lowest || Highest - index >= SizeBits)
        {
            return ReplayVerdict.TooOld;
        }

        return (_words[WordOf(index)] & BitOf(index)) == 0
            ? ReplayVerdict.Fresh
            : ReplayVerdict.Seen;
    }

    /// <summary>Marks an index that <see cref="Check"/> found fresh.</summary>
    [HotPath]
    public void Accept(long index)
    {
        Debug.Assert(Check(index) == ReplayVerdict.Fresh, "Only a fresh index is accepted.");
        _words ??= new ulong[WordCount];
        if (index > Highest)
        {
            Forget(_words, Highest + 1, index);
            Highest = index;
        }

        _words[WordOf(index)] |= BitOf(index);
    }

    /// <summary>Lets the bits go: every index up to the highest counts as used from now on.</summary>
    public void Close()
    {
        _words = null;
        _lowest = Highest + 1;
    }

    /// <summary>Counts every index up to one, and up to the highest, as used.</summary>
    public void Advance(long last)
    {
        Highest = Math.Max(Highest, last);
        Close();
    }

    /// <summary>Clears the bits of indices that come into the window.</summary>
    private static void Forget(ulong[] words, long first, long last)
    {
        if (last - first >= SizeBits)
        {
            Array.Clear(words);
            return;
        }

        for (var index = first; index <= last; )
        {
            if (index % WordBits == 0 && last - index >= WordBits - 1)
            {
                words[WordOf(index)] = 0;
                index += WordBits;
                continue;
            }

            words[WordOf(index)] &= ~BitOf(index);
            index++;
        }
    }

    private static int WordOf(long index) => (int)(index / WordBits % WordCount);

    private static ulong BitOf(long index) => 1UL << (int)(index % WordBits);
}
