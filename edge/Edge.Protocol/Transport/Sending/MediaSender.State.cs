using Edge.Primitives;
using Edge.Protocol.Srtp;
using Edge.Wire.State;

namespace Edge.Protocol.Transport.Sending;

/// <content>How it goes on in another process.</content>
public sealed partial class MediaSender
{
    // As many sections as an SDP may have, of three encodings, and some more.
    private const int StreamsMax = 1024;
    private const int CnameBytesMax = 255; // RFC 3550 §6.5.
    private const long ClockMax = 1L << 58;

    /// <summary>Chosen: what is sent at 8 Mbit/s in the seconds that a portrait may be old.</summary>
    private const int NumbersSkipped = 1 << 12;

    /// <summary>Writes streams, numbers, and what is due.</summary>
    internal void Write(StateWriter writer) => Write(writer, _numbers);

    /// <summary>The same without what is in flight and what was learnt from it, but for the estimate: of that nobody will know what
    /// became of it.</summary>
    internal void WritePortrait(StateWriter writer) => Write(writer, _numbers?.BeginAnew());

    private void Write(StateWriter writer, SentNumbers? numbers)
    {
        var outer = writer.Begin();
        writer.Bytes(_cname);
        WriteStreams(writer);
        WriteEnded(writer);
        WriteFeedback(writer);
        _sentReports.Write(writer);
        writer.Moment(_reportAt);
        writer.Duration(RoundTrip);
        writer.Rate(ReceiverEstimate);
        writer.Int(writer.Now.Ticks + _clockShift.Ticks);
        if (numbers is null)
        {
            writer.Nothing();
        }
        else
        {
            numbers.Write(writer);
        }

        writer.End(outer);
    }

    /// <summary>Reads what was written.</summary>
    /// <param name="reader">Where from.</param>
    /// <param name="clock">The bridge to wall time of this process.</param>
    /// <param name="random">For SSRCs and numbers of further streams.</param>
    internal static MediaSender Read(ref StateReader reader, ClockAnchor clock, Prng random)
    {
        var outer = reader.BeginWhole(valuesMin: 10);
        var cname = System.Text.Encoding.ASCII.GetString(reader.Bytes(CnameBytesMax));
        var sender = new MediaSender([], cname, clock, random, reader.Now);
        sender.ReadStreams(ref reader);
        sender.ReadEnded(ref reader);
        sender.ReadFeedback(ref reader);
        sender._sentReports.Read(ref reader);
        sender._reportAt = reader.Moment();
        sender.RoundTrip = reader.Span();
        sender.ReceiverEstimate = reader.Rate(Bitrate.Unlimited);
        sender._clockShift = new TimeSpan(reader.Int(-ClockMax, ClockMax) - reader.Now.Ticks);
        sender._numbers = reader.IsNothing() ? null : SentNumbers.Read(ref reader);
        reader.End(outer);
        return sender;
    }

    /// <summary>Tells of nothing any more: another process has what was asked for.</summary>
    internal void Abandon() => _feedback.Clear();

    /// <summary>A former owner may have given transport-wide numbers since this was written. There is no safety in them, only the sense of
    /// reports: so they jump a little, once, whatever it was granted. The sum of all grants may be 2^15, and a jump of that is one
    /// back for the peer, which takes what it misses for lost.</summary>
    internal void SkipNumbers() => _numbers?.Skip(NumbersSkipped);

    /// <summary>Goes on behind an index of RTP that the former owner may have sent.</summary>
    internal void Advance(in IndexBound bound)
    {
        foreach (var stream in _streams)
        {
            if (stream.Ssrc == bound.Ssrc)
            {
                stream.Advance(bound.Last);
            }
            else if (stream.RepairSsrc == bound.Ssrc)
            {
                stream.AdvanceRepairs(bound.Last);
            }
        }
    }

    private void WriteStreams(StateWriter writer)
    {
        var list = writer.Begin();
        for (var index = 0; index < _streams.Length; index++)
        {
            var item = writer.Begin();
            writer.Bool(_hasReportDue[index]);
            _streams[index].Write(writer);
            writer.End(item);
        }

        writer.End(list);
    }

    private void ReadStreams(ref StateReader reader)
    {
        var list = reader.Begin(StreamsMax, out var count);
        _streams = new SendStream[count];
        _hasReportDue = new bool[count];
        for (var index = 0; index < count; index++)
        {
            var item = reader.BeginWhole(valuesMin: 2);
            _hasReportDue[index] = reader.Bool();
            if (!SendStream.TryRead(ref reader, out var stream))
            {
                _streams = [];
                return;
            }

            _streams[index] = stream;
            reader.End(item);
        }

        reader.End(list);
    }

    private void WriteEnded(StateWriter writer)
    {
        var list = writer.Begin();
        foreach (var ssrc in _ended)
        {
            writer.UInt(ssrc.Value);
        }

        writer.End(list);
    }

    private void ReadEnded(ref StateReader reader)
    {
        var list = reader.Begin(RtcpCompound.GoodbyeSourcesMax, out var count);
        for (var index = 0; index < count; index++)
        {
            _ended.Add(new Ssrc(reader.UInt32()));
        }

        reader.End(list);
    }

    private void WriteFeedback(StateWriter writer)
    {
        var list = writer.Begin();
        foreach (var feedback in _feedback)
        {
            var item = writer.Begin();
            writer.UInt((ulong)feedback.Kind);
            writer.UInt(feedback.Stream);
            writer.UInt(feedback.Sequence.Value);
            writer.End(item);
        }

        writer.End(list);
    }

    private void ReadFeedback(ref StateReader reader)
    {
        _feedback.EnsureCapacity(_streams.Length == 0 ? 0 : FeedbackMax);
        var list = reader.Begin(FeedbackMax, out var count);
        for (var index = 0; index < count; index++)
        {
            var item = reader.BeginWhole(valuesMin: 3);
            var feedback = new SenderFeedback(
                (SenderFeedbackKind)reader.Int32((int)SenderFeedbackKind.KeyFrame),
                reader.UInt8(),
                new SequenceNumber(reader.UInt16())
            );
            reader.End(item);
            if (feedback.Stream >= _streams.Length)
            {
                reader.Break();
            }

            Enqueue(feedback);
        }

        reader.End(list);
    }
}
