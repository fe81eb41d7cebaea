using Edge.Forwarding.State;
using Edge.Wire.State;

namespace Edge.Forwarding.Thinning;

/// <content>What another process needs to go on.</content>
internal sealed partial class FrameLedger
{
    /// <summary>Writes it; one of which nothing is marked as nothing.</summary>
    public void Write(StateWriter writer)
    {
        if (!_isStarted)
        {
            writer.Nothing();
            return;
        }

        var outer = writer.Begin();
        writer.Int(_first);
        writer.Int(_highest);
        writer.Bits(_known);
        writer.Bits(_forwarded);
        writer.End(outer);
    }

    /// <summary>Takes what was written over.</summary>
    public void Read(ref StateReader reader)
    {
        if (reader.IsNothing())
        {
            return;
        }

        var outer = reader.BeginWhole(4);
        _first = reader.Sequence(min: -TrackValues.SequenceMax);
        _highest = reader.Sequence(min: -TrackValues.SequenceMax);
        reader.Bits(_known);
        reader.Bits(_forwarded);
        reader.End(outer);
        _isStarted = true;
    }
}
