using Edge.Wire.State;

namespace Edge.Protocol.DataChannels.Receiving;

/// <content>How it goes on in another process.</content>
internal sealed partial class StreamOrder
{
    private const int HeldMax = 1 << 16;

    /// <summary>Writes each stream's place and what waits in it.</summary>
    public void Write(StateWriter writer)
    {
        var ids = new ushort[_streams.Count];
        _streams.Keys.CopyTo(ids, 0);
        Array.Sort(ids);
        var list = writer.Begin();
        foreach (var id in ids)
        {
            var stream = _streams[id];
            var item = writer.Begin();
            writer.UInt(id);
            writer.UInt(stream.NextSequence);
            var held = writer.Begin();
            for (var message = stream.FirstHeld; message is not null; message = message.Next)
            {
                writer.Write(in message.Item);
            }

            writer.End(held);
            writer.End(item);
        }

        writer.End(list);
    }

    /// <summary>Reads what was written; returns what it counts in the receive buffer.</summary>
    public int Read(ref StateReader reader, MessagePool pool)
    {
        var used = 0;
        var list = reader.Begin(ushort.MaxValue + 1, out var count);
        for (var index = 0; index < count && !reader.IsBroken; index++)
        {
            var item = reader.BeginWhole(valuesMin: 3);
            var id = reader.UInt16();
            var stream = new InboundStream { NextSequence = reader.UInt16() };
            used += ReadHeld(ref reader, stream, pool);
            reader.End(item);
            if (!_streams.TryAdd(id, stream))
            {
                DiscardHeld(stream);
                reader.Break();
            }
        }

        reader.End(list);
        return used;
    }

    private int ReadHeld(ref StateReader reader, InboundStream stream, MessagePool pool)
    {
        var used = 0;
        var list = reader.Begin(HeldMax, out var count);
        for (var index = 0; index < count && !reader.IsBroken; index++)
        {
            var item = reader.ReadItem(pool);
            if (item.Kind != ReceivedItemKind.Message)
            {
                reader.Break();
                break;
            }

            used += item.CostBytes;
            Insert(stream, stream.LastHeld, next: null, item);
        }

        reader.End(list);
        return used;
    }
}
