using Edge.Forwarding.State;
using Edge.Wire.State;

namespace Edge.Forwarding.Thinning;

/// <content>What another process needs to send the same again.</content>
internal sealed partial class SentNotes
{
    private const int WordBits = 64;

    /// <summary>Writes it: shifts change seldom, marks are one bit each.</summary>
    public void Write(StateWriter writer)
    {
        Span<uint> shifts = stackalloc uint[Window];
        Span<ulong> markers = stackalloc ulong[Window / WordBits];
        Span<ulong> filled = stackalloc ulong[Window / WordBits];
        markers.Clear();
        filled.Clear();
        for (var index = 0; index < Window; index++)
        {
            var number = _last + 1 + index;
            var bit = 1UL << (index % WordBits);
            shifts[index] = ShiftOf(number);
            markers[index / WordBits] |= HasMarker(number) ? bit : 0;
            filled[index / WordBits] |= IsFilled(number) ? bit : 0;
        }

        var outer = writer.Begin();
        writer.Int(_last);
        writer.Repeats(shifts);
        writer.Bits(markers);
        writer.Bits(filled);
        writer.End(outer);
    }

    /// <summary>Reads one.</summary>
    public static SentNotes Read(ref StateReader reader)
    {
        Span<ulong> markers = stackalloc ulong[Window / WordBits];
        Span<ulong> filled = stackalloc ulong[Window / WordBits];
        Span<uint> shifts = stackalloc uint[Window];
        var outer = reader.BeginWhole(4);
        var notes = new SentNotes { _last = reader.Sequence(min: -1) };
        reader.Repeats(shifts);
        reader.Bits(markers);
        reader.Bits(filled);
        reader.End(outer);
        for (var index = 0; index < Window && !reader.IsBroken; index++)
        {
            var bit = 1UL << (index % WordBits);
            var isMarked = (markers[index / WordBits] & bit) != 0;
            var isFilled = (filled[index / WordBits] & bit) != 0;
            notes.At(notes._last + 1 + index) =
                (shifts[index] & ushort.MaxValue)
                | (isMarked ? MarkerBit : 0)
                | (isFilled ? FilledBit : 0);
        }

        return notes;
    }
}
