using System.Diagnostics.CodeAnalysis;
using Edge.Primitives;
using Edge.Protocol.Negotiation.State;
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
        MediaAgreementForm.Write(writer, Media);
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

    /// <summary>Reads what was written; false when it makes no sense.</summary>
    public static bool TryRead(ref StateReader reader, [NotNullWhen(true)] out SendStream? stream)
    {
        stream = null;
        var outer = reader.BeginWhole(valuesMin: 13);
        if (!MediaAgreementForm.TryRead(ref reader, out var media))
        {
            return false;
        }

        stream = new SendStream(
            media,
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
        return !reader.IsBroken;
    }
}
