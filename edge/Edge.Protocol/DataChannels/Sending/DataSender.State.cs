using Edge.Wire.State;

namespace Edge.Protocol.DataChannels.Sending;

/// <content>How it goes on in another process.</content>
internal sealed partial class DataSender
{
    /// <summary>Numbers the streams that it has something of.</summary>
    public void Number(StreamTable table)
    {
        Queue.Number(table);
        Outstanding.Number(table);
    }

    /// <summary>Writes what waits and what is under way.</summary>
    public void Write(StateWriter writer, StreamTable table)
    {
        var outer = writer.Begin();
        Queue.Write(writer, table);
        Outstanding.Write(writer, table);
        Timeout.Write(writer);
        _congestion.Write(writer);
        writer.Moment(RetransmitAt);
        writer.UInt((ulong)_advertisedBytes);
        writer.UInt((ulong)_probeTsn);
        writer.UInt((ulong)_forwardSent);
        writer.Moment(_lastSentAt);
        writer.Moment(_forwardSentAt);
        writer.UInt((ulong)_burstLeft);
        writer.Bool(_isFastPacketDue);
        writer.Bool(_isForwardDue);
        writer.End(outer);
    }

    /// <summary>Reads what was written, and numbers the streams.</summary>
    public void Read(ref StateReader reader, StreamTable table, MessagePool pool)
    {
        var outer = reader.BeginWhole(valuesMin: 13);
        Queue.Read(ref reader, table);
        Outstanding.Read(ref reader, table, pool);
        Timeout.Read(ref reader);
        _congestion.Read(ref reader);
        RetransmitAt = reader.Moment();
        _advertisedBytes = reader.Count();
        _probeTsn = reader.Count();
        _forwardSent = reader.Count();
        _lastSentAt = reader.Moment();
        _forwardSentAt = reader.Moment();
        _burstLeft = reader.Int32(BurstPackets);
        _isFastPacketDue = reader.Bool();
        _isForwardDue = reader.Bool();
        reader.End(outer);
        if (_probeTsn > Outstanding.LastAssigned)
        {
            reader.Break();
        }
    }
}
