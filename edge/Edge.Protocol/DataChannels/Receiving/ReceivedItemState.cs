using Edge.Wire.State;

namespace Edge.Protocol.DataChannels.Receiving;

/// <summary>How an item comes into another process.</summary>
internal static class ReceivedItemState
{
    private const int LengthMax = 64 * 1024 * 1024;

    /// <summary>Writes an item.</summary>
    public static void Write(this StateWriter writer, in ReceivedItem item)
    {
        var outer = writer.Begin();
        writer.UInt((ulong)item.Kind);
        writer.UInt((ulong)item.Failure);
        writer.UInt(item.StreamId);
        writer.UInt(item.Sequence);
        writer.UInt(item.Protocol);
        writer.Bytes(item.Buffer.AsSpan(0, item.Length));
        writer.End(outer);
    }

    /// <summary>Reads an item; its bytes are the pool's.</summary>
    public static ReceivedItem ReadItem(this ref StateReader reader, MessagePool pool)
    {
        var outer = reader.BeginWhole(valuesMin: 6);
        var item = new ReceivedItem
        {
            Kind = (ReceivedItemKind)reader.Int32((int)ReceivedItemKind.Failed),
            Failure = (DataChannelFailure)reader.Int32(byte.MaxValue),
            StreamId = reader.UInt16(),
            Sequence = reader.UInt16(),
            Protocol = reader.UInt32(),
        };
        var bytes = reader.Bytes(LengthMax);
        reader.End(outer);
        if (item.Kind == ReceivedItemKind.Message)
        {
            item.Length = bytes.Length;
            item.CostBytes = bytes.Length + DataReceiver.CostBytes;
            item.Buffer = pool.Rent(bytes.Length);
            bytes.CopyTo(item.Buffer);
        }

        return item;
    }
}
