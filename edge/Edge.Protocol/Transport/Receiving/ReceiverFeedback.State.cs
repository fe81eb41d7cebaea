using Edge.Protocol.Congestion;
using Edge.Wire.State;

namespace Edge.Protocol.Transport.Receiving;

/// <content>How it goes on in another process.</content>
internal sealed partial class ReceiverFeedback
{
    /// <summary>Writes what is due, and what feedback is made of.</summary>
    public void Write(StateWriter writer)
    {
        var outer = writer.Begin();
        writer.Moment(_timers[Timer.Report]);
        writer.Moment(_timers[Timer.Now]);
        writer.UInt(_fullIntraSequence);
        writer.UInt((ulong)_reportedStreams);
        writer.Bool(_isReporting);
        writer.Bool(_isAnyWanted);
        writer.Bool(TakesLimit);
        _limit.Write(writer);
        if (_transportFeedback is null)
        {
            writer.Nothing();
        }
        else
        {
            _transportFeedback.Write(writer);
        }

        if (_estimate is null)
        {
            writer.Nothing();
        }
        else
        {
            _estimate.Write(writer);
        }

        writer.End(outer);
    }

    /// <summary>Reads what was written.</summary>
    public void Read(ref StateReader reader)
    {
        var outer = reader.BeginWhole(valuesMin: 10);
        _timers.Set(Timer.Report, reader.Moment());
        _timers.Set(Timer.Now, reader.Moment());
        _fullIntraSequence = reader.UInt8();
        _reportedStreams = reader.Int32(int.MaxValue / 2);
        _isReporting = reader.Bool();
        _isAnyWanted = reader.Bool();
        TakesLimit = reader.Bool();
        _limit.Read(ref reader);
        if (!reader.IsNothing())
        {
            _transportFeedback = new TwccReceiver();
            _transportFeedback.Read(ref reader);
        }

        if (!reader.IsNothing())
        {
            _estimate = new RembReceiver();
            _estimate.Read(ref reader);
        }

        reader.End(outer);
    }
}
