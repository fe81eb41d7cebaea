using Edge.Primitives;

namespace Edge.Forwarding.Thinning;

/// <summary>Remembers what became of the latest frames of one stream for one viewer.</summary>
/// <remarks>Shape: a ring of <see cref="Window"/> frames, two bits each, over frame numbers on their circle
/// of 2^16. Frames before the first one marked count as forwarded: until then nothing was left out. Numbers
/// that jump beyond the window begin anew.</remarks>
internal sealed partial class FrameLedger
{
    /// <summary>Frames remembered; a power of two. Chosen: chains and references reach back at most 255
    /// and, in practice, 16 frames; three spatial layers at 60 frames a second are 6 s.</summary>
    public const int Window = 1024;

    private const int BitsPerWord = 64;
    private readonly ulong[] _known = new ulong[Window / BitsPerWord];
    private readonly ulong[] _forwarded = new ulong[Window / BitsPerWord];
    private long _first;
    private long _highest;
    private bool _isStarted;

    /// <summary>Forgets all: other frames come.</summary>
    public void Clear() => _isStarted = false;

    /// <summary>What became of a frame.</summary>
    [HotPath]
    public FrameFate FateOf(ushort frame)
    {
        if (TryFind(frame, out var isForwarded))
        {
            return isForwarded ? FrameFate.Forwarded : FrameFate.Dropped;
        }

        return !_isStarted || Unwrap(frame) < _first ? FrameFate.Forwarded : FrameFate.Unknown;
    }

    /// <summary>What was marked for a frame; false when nothing was, or too long ago.</summary>
    [HotPath]
    public bool TryFind(ushort frame, out bool isForwarded)
    {
        isForwarded = false;
        if (!_isStarted)
        {
            return false;
        }

        var number = Unwrap(frame);
        if (number > _highest || number <= _highest - Window || !IsSet(_known, number))
        {
            return false;
        }

        isForwarded = IsSet(_forwarded, number);
        return true;
    }

    /// <summary>Records what becomes of a frame.</summary>
    [HotPath]
    public void Mark(ushort frame, bool isForwarded)
    {
        var number = _isStarted ? Unwrap(frame) : frame;
        if (!_isStarted || Math.Abs(number - _highest) >= Window)
        {
            Array.Clear(_known);
            _first = number;
            _highest = number;
            _isStarted = true;
        }

        for (; _highest < number; _highest++)
        {
            Set(_known, _highest + 1, isSet: false);
        }

        Set(_known, number, isSet: true);
        Set(_forwarded, number, isForwarded);
    }

    private long Unwrap(ushort frame) => _highest + unchecked((short)(frame - (ushort)_highest));

    private static bool IsSet(ulong[] words, long number) =>
        (words[Word(number)] & Bit(number)) != 0;

    private static void Set(ulong[] words, long number, bool isSet)
    {
        ref var word = ref words[Word(number)];
        word = isSet ? word | Bit(number) : word & ~Bit(number);
    }

    private static int Word(long number) => (int)((number & (Window - 1)) / BitsPerWord);

    private static ulong Bit(long number) => 1UL << (int)(number & (BitsPerWord - 1));
}
