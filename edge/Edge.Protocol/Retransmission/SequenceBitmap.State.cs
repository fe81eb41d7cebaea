using Edge.Wire.State;

namespace Edge.Protocol.Retransmission;

/// <content>How it comes into another process.</content>
public sealed partial class SequenceBitmap
{
    /// <summary>Writes which numbers were seen.</summary>
    internal void Write(StateWriter writer)
    {
        var outer = writer.Begin();
        if (IsStarted)
        {
            writer.UInt((ulong)_highest);
        }
        else
        {
            writer.Nothing();
        }

        writer.Words(_words);
        writer.End(outer);
    }

    /// <summary>Reads what was written. Of a window of another size all numbers count as seen, so that none is twice.</summary>
    internal void Read(ref StateReader reader)
    {
        var outer = reader.BeginWhole(valuesMin: 2);
        _highest = reader.IsNothing() ? long.MinValue : reader.Count();
        _lowest = IsStarted ? _highest - _mask : 0;
        if (!reader.TryReadWords(_words))
        {
            Array.Fill(_words, ulong.MaxValue);
        }

        reader.End(outer);
    }
}
