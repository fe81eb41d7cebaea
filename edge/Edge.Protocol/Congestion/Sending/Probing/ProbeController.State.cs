using Edge.Primitives;
using Edge.Wire.State;

namespace Edge.Protocol.Congestion.Sending.Probing;

/// <content>How it goes on in another process.</content>
internal sealed partial class ProbeController
{
    /// <summary>Writes what it knows.</summary>
    public void Write(StateWriter writer)
    {
        var outer = writer.Begin();
        writer.UInt(_lastCluster);
        writer.Rate(_rate);
        writer.Duration(_length);
        writer.UInt((ulong)_retriesLeft);
        writer.Rate(_furtherAbove);
        writer.Moment(_resultUntil);
        writer.Moment(_probedAt);
        writer.Moment(_recoveryAt);
        writer.Moment(_wantedAt);
        writer.Rate(_wantedProbed);
        writer.Rate(_beforeDrop);
        writer.Moment(_droppedAt);
        writer.Rate(_fallFrom);
        writer.Moment(_fellAt);
        writer.Moment(_startedAt);
        writer.Rate(Wanted);
        var list = writer.Begin();
        foreach (ref readonly var request in _pending.AsSpan(0, _pendingCount))
        {
            var item = writer.Begin();
            writer.UInt(request.Cluster);
            writer.Rate(request.Rate);
            writer.UInt((ulong)request.Bytes);
            writer.UInt((ulong)request.Packets);
            writer.End(item);
        }

        writer.End(list);
        writer.End(outer);
    }

    /// <summary>Reads what was written.</summary>
    public void Read(ref StateReader reader)
    {
        var outer = reader.BeginWhole(valuesMin: 17);
        _lastCluster = reader.UInt8();
        _rate = reader.Rate(RateMax);
        _length = reader.Span();
        _retriesLeft = reader.Int32(RetriesMax);
        _furtherAbove = reader.Rate(Bitrate.Unlimited);
        _resultUntil = reader.Moment();
        _probedAt = reader.Moment();
        _recoveryAt = reader.Moment();
        _wantedAt = reader.Moment();
        _wantedProbed = reader.Rate(RateMax);
        _beforeDrop = reader.Rate(RateMax);
        _droppedAt = reader.Moment();
        _fallFrom = reader.Rate(RateMax);
        _fellAt = reader.Moment();
        _startedAt = reader.Moment();
        Wanted = reader.Rate(RateMax);
        var list = reader.Begin(PendingMax, out _pendingCount);
        foreach (ref var request in _pending.AsSpan(0, _pendingCount))
        {
            var item = reader.BeginWhole(valuesMin: 4);
            request = new ProbeRequest(
                reader.UInt8(),
                reader.Rate(RateMax),
                reader.Int32(int.MaxValue / 2),
                reader.Int32(int.MaxValue / 2)
            );
            reader.End(item);
        }

        reader.End(list);
        reader.End(outer);
    }

    private static readonly Bitrate RateMax = new(StateValues.CountMax);
}
