using Edge.Forwarding.State;
using Edge.Wire.State;

namespace Edge.Forwarding.Thinning;

/// <content>What another process needs to go on thinning.</content>
internal sealed partial class LayerThinner
{
    private const int Values = 14;

    /// <summary>Writes it.</summary>
    public void Write(StateWriter writer)
    {
        var outer = writer.Begin();
        writer.Cell(_cap);
        writer.Cell(_cell);
        writer.UInt(_timestamp);
        writer.UInt(_frame);
        writer.UInt(_keyTimestamp);
        writer.Bool(_hasKey);
        writer.Bool(_hasFrame);
        writer.Bool(_isForwarded);
        writer.Bool(_isBroken);
        writer.Bool(_isTooLow);
        writer.UInt(PictureShift);
        _ledger.Write(writer);
        _chains.Write(writer);
        _history.Write(writer);
        writer.End(outer);
    }

    /// <summary>Reads one.</summary>
    public static LayerThinner Read(ref StateReader reader)
    {
        var outer = reader.BeginWhole(Values);
        var thinner = new LayerThinner
        {
            _cap = reader.Cell(),
            _cell = reader.Cell(),
            _timestamp = reader.UInt32(),
            _frame = reader.UInt16(),
            _keyTimestamp = reader.UInt32(),
            _hasKey = reader.Bool(),
            _hasFrame = reader.Bool(),
            _isForwarded = reader.Bool(),
            _isBroken = reader.Bool(),
            _isTooLow = reader.Bool(),
            PictureShift = reader.UInt16(),
        };
        thinner._ledger.Read(ref reader);
        thinner._chains = ChainStates.Read(ref reader);
        thinner._history = CellHistory.Read(ref reader);
        reader.End(outer);
        return thinner;
    }
}
