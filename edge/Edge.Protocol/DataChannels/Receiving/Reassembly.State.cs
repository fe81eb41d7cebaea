using Edge.Wire.State;

namespace Edge.Protocol.DataChannels.Receiving;

/// <content>How it goes on in another process.</content>
internal sealed partial class Reassembly
{
    private const int PieceBytesMax = ushort.MaxValue;

    /// <summary>Writes all pieces in the order of their TSNs.</summary>
    public void Write(StateWriter writer)
    {
        var tsns = new long[_fragments.Count];
        _fragments.Keys.CopyTo(tsns, 0);
        Array.Sort(tsns);
        var list = writer.Begin();
        foreach (var tsn in tsns)
        {
            var fragment = _fragments[tsn];
            var item = writer.Begin();
            writer.UInt((ulong)tsn);
            writer.Bytes(fragment.Buffer.AsSpan(0, fragment.Length));
            writer.UInt(fragment.Protocol);
            writer.UInt(fragment.StreamId);
            writer.UInt(fragment.Sequence);
            writer.UInt(fragment.Flags);
            writer.End(item);
        }

        writer.End(list);
    }

    /// <summary>Reads what was written; returns the bytes of all pieces.</summary>
    /// <param name="reader">Where from.</param>
    /// <param name="tsns">What was received: there is no piece of anything else.</param>
    /// <param name="piecesMax">Most pieces that there may be.</param>
    public int Read(ref StateReader reader, ReceivedTsns tsns, int piecesMax)
    {
        var held = 0;
        var list = reader.Begin(piecesMax, out var count);
        for (var index = 0; index < count && !reader.IsBroken; index++)
        {
            var item = reader.BeginWhole(valuesMin: 6);
            var tsn = reader.Count();
            var bytes = reader.Bytes(PieceBytesMax);
            var fragment = new Fragment
            {
                Buffer = pool.Rent(bytes.Length),
                Length = bytes.Length,
                Protocol = reader.UInt32(),
                StreamId = reader.UInt16(),
                Sequence = reader.UInt16(),
                Flags = reader.UInt8(),
            };
            bytes.CopyTo(fragment.Buffer);
            reader.End(item);
            if (reader.IsBroken || tsn == 0 || Holds(tsn) || !tsns.Contains(tsn))
            {
                pool.Return(fragment.Buffer);
                reader.Break();
                break;
            }

            held += bytes.Length;
            Add(tsn, fragment);
        }

        reader.End(list);
        return held;
    }
}
