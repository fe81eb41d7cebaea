using System.Numerics;
using Edge.Wire.State;

namespace Edge.Protocol.DataChannels.Receiving;

/// <content>How they come into another process.</content>
internal sealed partial class ReceivedTsns
{
    /// <summary>Writes which TSNs were received.</summary>
    public void Write(StateWriter writer)
    {
        var outer = writer.Begin();
        writer.UInt((ulong)Cumulative);
        writer.UInt((ulong)Highest);
        writer.Words(_words);
        writer.End(outer);
    }

    /// <summary>Reads what was written; a window of another size cannot be gone on with.</summary>
    public void Read(ref StateReader reader)
    {
        var outer = reader.BeginWhole(valuesMin: 3);
        Cumulative = reader.Count();
        Highest = reader.Count();
        var isSane = reader.TryReadWords(_words);
        reader.End(outer);
        if (!isSane || Highest < Cumulative || Highest - Cumulative > Window || !IsConsistent)
        {
            reader.Break();
        }
    }

    /// <summary>Whether the bits say what the numbers do: the first TSN behind the cumulative one is missing, the highest is
    /// not, and there is none beyond it.</summary>
    private bool IsConsistent
    {
        get
        {
            var all = 0;
            foreach (var word in _words)
            {
                all += BitOperations.PopCount(word);
            }

            var within = 0;
            for (var tsn = Cumulative + 1; tsn <= Highest; tsn++)
            {
                within += IsSet(tsn) ? 1 : 0;
            }

            var isGap = !HasGap || (IsSet(Highest) && !IsSet(Cumulative + 1));
            return all == within && isGap;
        }
    }
}
