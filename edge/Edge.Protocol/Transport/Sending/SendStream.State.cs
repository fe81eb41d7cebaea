using Edge.Primitives;
using Edge.Protocol.Negotiation;
using Edge.Wire.State;

namespace Edge.Protocol.Transport.Sending;

/// <content>How it goes on in another process: numbers and reports as if nothing had happened. Datagrams that could be
/// repeated stay behind.</content>
internal sealed partial class SendStream
{
    private const int FullIntraMax = byte.MaxValue;

    /// <summary>Writes what it is and how far it has come.</summary>
    public void Write(StateWriter writer)
    {
        var outer = writer.Begin();
        writer.Write(Media);
        writer.Token(rid.Token);
        writer.UInt(ssrc.Value);
        writer.Source(repairSsrc);
        writer.UInt(_nextRepair.Value);
        writer.Bool(HasEnded);
        writer.Unwrapper(in _numbers);
        writer.UInt((ulong)_firstNumber);
        writer.UInt(_lastCapture.Value);
        writer.Moment(_lastSentAt);
        writer.UInt(LastTimestamp);
        writer.Int(LastFullIntraSequence);
        Stats.Write(writer);
        writer.End(outer);
    }

    /// <summary>Reads what was written.</summary>
    public static SendStream Read(ref StateReader reader)
    {
        var outer = reader.BeginWhole(valuesMin: 13);
        var stream = new SendStream(
            reader.ReadAgreement(),
            new Rid(reader.Token()),
            new Ssrc(reader.UInt32()),
            reader.Source(),
            new SequenceNumber(reader.UInt16())
        )
        {
            HasEnded = reader.Bool(),
            _numbers = reader.Unwrapper(),
            _firstNumber = reader.Count(),
            _lastCapture = new NtpTimestamp(reader.UInt()),
            _lastSentAt = reader.Moment(),
            LastTimestamp = reader.UInt32(),
            LastFullIntraSequence = (int)reader.Int(-1, FullIntraMax),
            Stats = SenderStats.Read(ref reader),
        };
        reader.End(outer);
        return stream;
    }
}
