using Edge.Protocol.DataChannels.Sending;
using Edge.Wire.Sctp.Chunks;
using Edge.Wire.State;

namespace Edge.Protocol.DataChannels.Association;

/// <content>How they go on in another process.</content>
internal sealed partial class StreamResets
{
    /// <summary>Numbers the streams that are to be started over.</summary>
    public void Number(StreamTable table)
    {
        table.Add(_waiting);
        table.Add(_requested);
        table.Add(_alone);
    }

    /// <summary>Writes wishes, the request under way and the last answer.</summary>
    public void Write(StateWriter writer, StreamTable table)
    {
        var outer = writer.Begin();
        table.Write(writer, _waiting);
        table.Write(writer, _requested);
        writer.UInt(_nextRequest);
        writer.UInt(_expectedRequest);
        writer.Bool(_hasLastResponse);
        writer.UInt(_lastResponse.Sequence);
        writer.UInt((ulong)_lastResponse.Result);
        writer.Bool(_isResponseDue);
        writer.Bool(_isRequestDue);
        writer.UInt((ulong)_resettableStreams);
        writer.Moment(RetryAt);
        table.Write(writer, _alone);
        writer.End(outer);
    }

    /// <summary>Writes wishes of an association that has not begun.</summary>
    public void WriteWaiting(StateWriter writer, StreamTable table) =>
        table.Write(writer, _waiting);

    /// <summary>Reads them.</summary>
    public void ReadWaiting(ref StateReader reader, StreamTable table) =>
        _waiting.AddRange(table.ReadList(ref reader));

    /// <summary>Reads what was written.</summary>
    public void Read(ref StateReader reader, StreamTable table)
    {
        var outer = reader.BeginWhole(valuesMin: 11);
        _waiting.AddRange(table.ReadList(ref reader));
        _requested.AddRange(table.ReadList(ref reader));
        _nextRequest = reader.UInt32();
        _expectedRequest = reader.UInt32();
        _hasLastResponse = reader.Bool();
        _lastResponse = new(reader.UInt32(), (SctpReconfigResult)reader.UInt32());
        _isResponseDue = reader.Bool();
        _isRequestDue = reader.Bool();
        _resettableStreams = reader.Int32(ushort.MaxValue + 1);
        RetryAt = reader.Moment();
        _alone.AddRange(table.ReadList(ref reader));
        reader.End(outer);
        if (_requested.Count > StreamsPerRequestMax)
        {
            reader.Break();
        }
    }
}
