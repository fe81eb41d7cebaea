using Edge.Primitives;
using Edge.Protocol.Ice;

namespace Edge.Node.Shards;

/// <content>Answers to who watches the node from its own machine.</content>
internal sealed partial class Shard
{
    /// <summary>Answers a probe; false when the datagram is none.</summary>
    [HotPath]
    private bool TryAnswerProbe(in Arrival arrival, ReadOnlySpan<byte> datagram)
    {
        var local = _io.UsesLocalAddress ? arrival.Local : _io.Local;
        if (!LocalProbe.IsOfThisMachine(arrival.Source, local))
        {
            return false;
        }

        _io.SendFrom(ShardIo.SharedPort);
        var length = LocalProbe.Answer(datagram, arrival.Source, _io.NextSlot());
        if (length == 0)
        {
            return false;
        }

        _io.Commit(length, arrival.Source, arrival.Local);
        return true;
    }
}
