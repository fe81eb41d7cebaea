using Edge.Primitives;
using Edge.Wire.State;

namespace Edge.Protocol.Congestion;

/// <content>How it goes on in another process: the peer sees one count of feedback, and one clock.</content>
public sealed partial class TwccReceiver
{
    /// <summary>Arrivals that come along although they were reported: of the numbers among which a late packet may
    /// still come. Chosen: as many as a publisher of 3 Mbit/s sends in a second.</summary>
    private const int ReportedKept = 256;

    private const long DeltaMax = 1L << 56;

    /// <summary>Writes what was not reported yet, and what is needed to go on.</summary>
    internal void Write(StateWriter writer)
    {
        var outer = writer.Begin();
        writer.Unwrapper(in _unwrapper);
        writer.Moment(_startedAt);
        writer.Moment(_lastFeedbackAt);
        writer.Moment(_deadline);
        writer.UInt(_mediaSsrc.Value);
        writer.UInt((ulong)_nextReported);
        writer.UInt((ulong)_pending);
        writer.UInt(_feedbackCount);
        writer.UInt((ulong)FeedbackPackets);
        writer.Int(writer.Now.Ticks + _clockShift.Ticks);
        WriteArrivals(writer);
        writer.End(outer);
    }

    /// <summary>Reads what was written; nothing may be recorded yet.</summary>
    internal void Read(ref StateReader reader)
    {
        var outer = reader.BeginWhole(valuesMin: 11);
        _unwrapper = reader.Unwrapper();
        _startedAt = reader.Moment();
        _lastFeedbackAt = reader.Moment();
        _deadline = reader.Moment();
        _mediaSsrc = new Ssrc(reader.UInt32());
        _nextReported = reader.Count();
        _pending = reader.Int32(int.MaxValue / 2);
        _feedbackCount = reader.UInt8();
        FeedbackPackets = reader.Count();
        var peerClock = reader.Int(-DeltaMax, DeltaMax);
        _clockShift = new TimeSpan(peerClock - reader.Now.Ticks);
        ReadArrivals(ref reader, peerClock);
        reader.End(outer);
        if (_nextReported > _unwrapper.Highest + 1)
        {
            reader.Break();
        }
    }

    /// <summary>Writes arrivals up to the highest number, each as its distance from the one before.</summary>
    private void WriteArrivals(StateWriter writer)
    {
        var list = writer.Begin();
        var highest = _unwrapper.Highest;
        var first = Math.Max(_nextReported - ReportedKept, highest - WindowPackets + 1);
        var former = writer.Now.Ticks + _clockShift.Ticks;
        for (var number = Math.Max(0, first); _unwrapper.IsStarted && number <= highest; number++)
        {
            var arrival = _arrivals[number & (WindowPackets - 1)];
            if (arrival == Instant.Never.Ticks)
            {
                writer.Nothing();
                continue;
            }

            writer.Int(arrival - former);
            former = arrival;
        }

        writer.End(list);
    }

    private void ReadArrivals(ref StateReader reader, long former)
    {
        // What does not come along counts as reported long ago: a late packet of it is told of no more.
        Array.Fill(_arrivals, former);
        var list = reader.Begin(WindowPackets, out var count);
        var number = _unwrapper.Highest - count + 1;
        for (var index = 0; index < count; index++, number++)
        {
            var isMissing = reader.IsNothing();
            former += isMissing ? 0 : reader.Int(-DeltaMax, DeltaMax);
            if (former is < -DeltaMax or > DeltaMax)
            {
                reader.Break();
            }

            _arrivals[number & (WindowPackets - 1)] = isMissing ? Instant.Never.Ticks : former;
        }

        reader.End(list);
    }
}
