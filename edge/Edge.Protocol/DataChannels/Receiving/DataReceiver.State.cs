using Edge.Wire.State;

namespace Edge.Protocol.DataChannels.Receiving;

/// <content>How it goes on in another process.</content>
internal sealed partial class DataReceiver
{
    /// <summary>Items may be more than <see cref="ItemsMax"/> by those that are no option.</summary>
    private const int ItemsReadMax = 1 << 20;

    /// <summary>Most pieces of which a full buffer may consist: the window bounds only those behind what is missing, and
    /// long messages wait in front of it.</summary>
    private int PiecesMax => (HardBytesMax / CostBytes) + ReceivedTsns.Window;

    /// <summary>Writes what was received, what is incomplete, and what was not taken yet.</summary>
    public void Write(StateWriter writer)
    {
        var outer = writer.Begin();
        _tsns.Write(writer);
        _reassembly.Write(writer);
        _order.Write(writer);
        var items = writer.Begin();
        foreach (var item in _items)
        {
            writer.Write(in item);
        }

        writer.End(items);
        var duplicates = writer.Begin();
        foreach (var duplicate in _duplicates.AsSpan(0, _duplicateCount))
        {
            writer.UInt(duplicate);
        }

        writer.End(duplicates);
        writer.UInt((ulong)_advertisedBytes);
        writer.UInt((ulong)_packetsToAck);
        writer.Bool(_isSackUrgent);
        writer.Bool(IsSackDue);
        writer.Moment(SackAt);
        writer.End(outer);
    }

    /// <summary>Reads what was written; nothing may have been received yet.</summary>
    public void Read(ref StateReader reader)
    {
        var outer = reader.BeginWhole(valuesMin: 10);
        _tsns.Read(ref reader);
        _usedBytes = _reassembly.Read(ref reader, _tsns, PiecesMax);
        _usedBytes += _reassembly.Count * CostBytes;
        _usedBytes += _order.Read(ref reader, _pool);
        ReadItems(ref reader);
        var duplicates = reader.Begin(DuplicatesMax, out _duplicateCount);
        foreach (ref var duplicate in _duplicates.AsSpan(0, _duplicateCount))
        {
            duplicate = reader.UInt32();
        }

        reader.End(duplicates);
        _advertisedBytes = reader.Int32(int.MaxValue / 2);
        _packetsToAck = reader.Int32(int.MaxValue / 2);
        _isSackUrgent = reader.Bool();
        IsSackDue = reader.Bool();
        SackAt = reader.Moment();
        reader.End(outer);
    }

    private void ReadItems(ref StateReader reader)
    {
        var items = reader.Begin(ItemsReadMax, out var count);
        for (var index = 0; index < count && !reader.IsBroken; index++)
        {
            var item = reader.ReadItem(_pool);
            _usedBytes += item.CostBytes;
            _readyBytes += item.CostBytes;
            _items.Enqueue(item);
        }

        reader.End(items);
    }
}
