using Edge.Forwarding.Rewriting;
using Edge.Primitives;

namespace Edge.Forwarding.Thinning;

/// <summary>What a thinned stream's outgoing numbers were sent with, so that it is the same again.</summary>
/// <remarks>Shape: a ring of the numbers that <see cref="SequenceRewriter"/> remembers, 4 KB, made with the
/// first cap.</remarks>
internal sealed partial class SentNotes
{
    private const int Window = SequenceRewriter.WindowPackets;
    private const uint MarkerBit = 1u << 16;
    private const uint FilledBit = 1u << 17;

    private readonly uint[] _notes = new uint[Window];
    private long _last = -1;

    /// <summary>Numbers are given up to one, to a packet or to what is missing before it.</summary>
    [HotPath]
    public void Begin(long extendedOut, ushort pictureShift)
    {
        if (extendedOut <= _last)
        {
            return;
        }

        var first = _last < 0 ? extendedOut : Math.Max(_last + 1, extendedOut - Window + 1);
        for (var number = first; number <= extendedOut; number++)
        {
            At(number) = pictureShift;
        }

        _last = extendedOut;
    }

    /// <summary>The number is sent with the marker bit set.</summary>
    [HotPath]
    public void SetMarker(long extendedOut) => At(extendedOut) |= MarkerBit;

    /// <summary>The number is sent without what it stood for.</summary>
    [HotPath]
    public void SetFilled(long extendedOut) => At(extendedOut) |= FilledBit;

    /// <summary>How many VP8 pictures had been left out.</summary>
    [HotPath]
    public ushort ShiftOf(long extendedOut) => unchecked((ushort)At(extendedOut));

    /// <summary>Whether the marker bit was set.</summary>
    [HotPath]
    public bool HasMarker(long extendedOut) => (At(extendedOut) & MarkerBit) != 0;

    /// <summary>Whether the number was filled.</summary>
    [HotPath]
    public bool IsFilled(long extendedOut) => (At(extendedOut) & FilledBit) != 0;

    private ref uint At(long extendedOut) => ref _notes[extendedOut & (Window - 1)];
}
