using Edge.Wire.State;

namespace Edge.Protocol.Retransmission;

/// <content>How it comes into another process.</content>
public sealed partial class NackGenerator
{
    /// <summary>Writes what was received and what is being asked for.</summary>
    internal void Write(StateWriter writer)
    {
        var outer = writer.Begin();
        writer.Unwrapper(in _unwrapper);
        _received.Write(writer);
        writer.Duration(_roundTrip);
        writer.Moment(_deadline);
        writer.UInt((ulong)_firstExtended);
        writer.Int(_keyFrameExtended);
        writer.Bool(_isKeyFrameNeeded);
        writer.UInt((ulong)Stats.Lost);
        writer.UInt((ulong)Stats.Recovered);
        writer.UInt((ulong)Stats.GivenUp);
        writer.UInt((ulong)Stats.Duplicates);
        writer.UInt((ulong)Stats.Requested);
        var list = writer.Begin();
        foreach (ref readonly var lost in _lost.AsSpan(0, _lostCount))
        {
            var item = writer.Begin();
            writer.UInt((ulong)lost.Extended);
            writer.Moment(lost.FoundAt);
            writer.Moment(lost.NextAt);
            writer.UInt((ulong)lost.Tries);
            writer.End(item);
        }

        writer.End(list);
        writer.End(outer);
    }

    /// <summary>Reads what was written.</summary>
    internal void Read(ref StateReader reader)
    {
        var outer = reader.BeginWhole(valuesMin: 13);
        _unwrapper = reader.Unwrapper();
        _received.Read(ref reader);
        _roundTrip = reader.Span();
        _deadline = reader.Moment();
        _firstExtended = reader.Count();
        _keyFrameExtended = reader.Int();
        _isKeyFrameNeeded = reader.Bool();
        Stats = new NackStats(
            reader.Count(),
            reader.Count(),
            reader.Count(),
            reader.Count(),
            reader.Count()
        );
        ReadLost(ref reader);
        reader.End(outer);
        if (_unwrapper.IsStarted != _received.IsStarted)
        {
            reader.Break();
        }
    }

    private void ReadLost(ref StateReader reader)
    {
        var list = reader.Begin(LostMax, out _lostCount);
        var former = -1L;
        for (var index = 0; index < _lostCount; index++)
        {
            var item = reader.BeginWhole(valuesMin: 4);
            _lost[index] = new Lost
            {
                Extended = reader.Count(),
                FoundAt = reader.Moment(),
                NextAt = reader.Moment(),
                Tries = reader.Int32(int.MaxValue / 2),
            };
            reader.End(item);
            if (_lost[index].Extended <= former)
            {
                // The list is sorted.
                reader.Break();
            }

            former = _lost[index].Extended;
        }

        reader.End(list);
    }
}
