using Edge.Primitives;
using Edge.Wire.State;

namespace Edge.Protocol.Transport.Receiving;

/// <content>How it goes on in another process.</content>
internal sealed partial class ReceiveStream
{
    /// <summary>Writes the stream; one of which nothing came has nothing to write.</summary>
    public void Write(StateWriter writer)
    {
        if (!IsActive)
        {
            writer.Nothing();
            return;
        }

        var outer = writer.Begin();
        writer.UInt(Ssrc.Value);
        writer.Source(_replaced);
        writer.UInt(Epoch);
        writer.UInt(_reportNtp.Value);
        writer.UInt(_reportTimestamp);
        writer.Moment(_reportedAt);
        writer.Int(_reportedLost);
        Stats.Write(writer);
        _reception.Write(writer, media.Codec.ClockRate);
        _nack.Write(writer);
        writer.End(outer);
    }

    /// <summary>Reads what was written.</summary>
    public void Read(ref StateReader reader)
    {
        if (reader.IsNothing())
        {
            return;
        }

        var outer = reader.BeginWhole(valuesMin: 10);
        IsActive = true;
        Ssrc = new Ssrc(reader.UInt32());
        _replaced = reader.Source();
        Epoch = reader.UInt8();
        _reportNtp = new NtpTimestamp(reader.UInt());
        _reportTimestamp = reader.UInt32();
        _reportedAt = reader.Moment();
        _reportedLost = reader.Int(-StateValues.CountMax, StateValues.CountMax);
        Stats = ReceiverStats.Read(ref reader);
        _reception = ReceptionStatistics.Read(ref reader, media.Codec.ClockRate);
        _nack.Read(ref reader);
        reader.End(outer);
    }
}
