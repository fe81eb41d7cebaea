using Edge.Primitives;

namespace Edge.Protocol.Retransmission;

/// <summary>Remembers which of the last sequence numbers were seen, one bit each.</summary>
/// <remarks>
/// Shape: a ring of bits over extended (64-bit) sequence numbers; the window is the
/// <see cref="Window"/> numbers up to the highest marked. Older numbers count as seen, so that
/// <see cref="TryMark"/> is true at most once for any number, for ever.
/// </remarks>
public sealed partial class SequenceBitmap
{
    private const int BitsPerWord = 64;

    private readonly ulong[] _words;
    private readonly long _mask;
    private long _highest = long.MinValue;
    private long _lowest;

    /// <summary>Makes an empty bitmap.</summary>
    /// <param name="window">Numbers remembered; a power of two, at least 64.</param>
    public SequenceBitmap(int window)
    {
        if (window < BitsPerWord || !System.Numerics.BitOperations.IsPow2(window))
        {
            throw new ArgumentOutOfRangeException(nameof(window));
        }

        _words = new ulong[window / BitsPerWord];
        _mask = window - 1;
    }

    /// <summary>How many numbers up to the highest are remembered.</summary>
    public int Window => (int)_mask + 1;

    /// <summary>Whether any number was marked.</summary>
    public bool IsStarted => _highest != long.MinValue;

    /// <summary>The highest marked number; meaningful once started.</summary>
    public long Highest => _highest;

    /// <summary>Marks a number; true the first time, false when it was marked or fell out of the window.</summary>
    [HotPath]
    public bool TryMark(long extended)
    {
        if (!IsStarted)
        {
            _highest = extended;
            _lowest = extended - _mask;
            Set(extended);
            return true;
        }

        if (extended > _highest)
        {
            Advance(extended);
            Set(extended);
            return true;
        }

        if (extended < _lowest || IsSet(extended))
        {
            return false;
        }

        Set(extended);
        return true;
    }

    /// <summary>Whether a number inside the window was marked; false outside of it.</summary>
    [HotPath]
    public bool Contains(long extended) =>
        IsStarted && extended <= _highest && extended >= _lowest && IsSet(extended);

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        Array.Clear(_words);
        _highest = long.MinValue;
    }

    private void Advance(long extended)
    {
        if (extended - _highest > _mask)
        {
            Array.Clear(_words);
        }
        else
        {
            for (var number = _highest + 1; number <= extended; number++)
            {
                _words[WordIndex(number)] &= ~Bit(number);
            }
        }

        _highest = extended;
        _lowest = extended - _mask;
    }

    private int WordIndex(long extended) => (int)((extended & _mask) / BitsPerWord);

    private bool IsSet(long extended) => (_words[WordIndex(extended)] & Bit(extended)) != 0;

    private void Set(long extended) => _words[WordIndex(extended)] |= Bit(extended);

    private static ulong Bit(long extended) => 1UL << (int)(extended & (BitsPerWord - 1));
}
