using Edge.Protocol.DataChannels.Sending;
using Edge.Wire.State;

namespace Edge.Protocol.DataChannels.Association;

/// <content>How it goes on in another process: before it begins, and once it is established until one side ends it.</content>
/// <remarks>Versions: one that has not begun is a group of fewer values, which versions that know none take for broken, so that
/// its peer stays where it was.</remarks>
internal sealed partial class SctpAssociation
{
    private const long ClockMax = 1L << 58;

    /// <summary>Values of one that is established.</summary>
    private const int EstablishedValues = 17;

    /// <summary>Whether all of one that has begun can be written: beginnings and ends are left to one process.</summary>
    public bool CanMove => State == SctpState.Established;

    /// <summary>Whether it has not begun: nothing came or was sent, no tag or key was drawn.</summary>
    public bool IsNew => State == SctpState.Closed && !_hasCookieKey;

    /// <summary>Whether no reply waits to be polled.</summary>
    public bool IsDrained => _replyLength == 0;

    /// <summary>Numbers the streams that it has something of.</summary>
    public void Number(StreamTable table)
    {
        Sender.Number(table);
        _resets.Number(table);
    }

    /// <summary>Writes it while it <see cref="CanMove"/> or <see cref="IsNew"/>.</summary>
    public void Write(StateWriter writer, StreamTable table)
    {
        var outer = writer.Begin();
        if (IsNew)
        {
            Sender.Queue.Write(writer, table);
            _resets.WriteWaiting(writer, table);
        }
        else
        {
            WriteEstablished(writer, table);
        }

        writer.End(outer);
    }

    /// <summary>Reads what was written, and numbers the streams; it has to be new.</summary>
    public void Read(ref StateReader reader, StreamTable table, MessagePool pool)
    {
        var outer = reader.Begin(int.MaxValue, out var values);
        if (values < EstablishedValues)
        {
            Sender.Queue.Read(ref reader, table);
            _resets.ReadWaiting(ref reader, table);
        }
        else
        {
            ReadEstablished(ref reader, table, pool);
        }

        reader.End(outer);
    }

    /// <summary>Writes what is not to be used again after a sudden end of this process.</summary>
    public void WriteFormer(StateWriter writer) => writer.UInt(_localTag);

    /// <summary>Reads it; it has to be new. To begin the association is then to begin it anew: the peer takes the INIT, whatever
    /// state it is in (RFC 9260 §5.2.2), and what it sent before has a tag that is not ours any more.</summary>
    public void ReadFormer(ref StateReader reader) => _formerTag = reader.UInt32();

    private void WriteEstablished(StateWriter writer, StreamTable table)
    {
        writer.UInt(_localTag);
        writer.UInt(_localInitialTsn);
        Write(writer, _peer);
        writer.UInt((ulong)StreamsMax);
        writer.UInt((ulong)Epoch);
        writer.Bool(_hasCookieKey);
        writer.Bytes(_cookieKey);
        writer.Bool(_isCookieAckDue);
        writer.Int(writer.Now.Ticks + _clockShift.Ticks);
        writer.Moment(_timers[SctpTimer.Heartbeat]);
        writer.Moment(_heartbeatSentAt);
        writer.UInt(_heartbeatNonce);
        writer.Bool(_isHeartbeatDue);
        writer.UInt((ulong)_health.Errors);
        Sender.Write(writer, table);
        _receiver.Write(writer);
        _resets.Write(writer, table);
    }

    private void ReadEstablished(ref StateReader reader, StreamTable table, MessagePool pool)
    {
        State = SctpState.Established;
        _localTag = reader.UInt32();
        _localInitialTsn = reader.UInt32();
        _peer = ReadPeer(ref reader);
        StreamsMax = reader.Int32(ushort.MaxValue);
        Epoch = reader.Int32(int.MaxValue / 2);
        _hasCookieKey = reader.Bool();
        reader.Bytes(_cookieKey);
        _isCookieAckDue = reader.Bool();
        _clockShift = new(reader.Int(-ClockMax, ClockMax) - reader.Now.Ticks);
        _timers.Set(SctpTimer.Heartbeat, reader.Moment());
        _heartbeatSentAt = reader.Moment();
        _heartbeatNonce = reader.UInt();
        _isHeartbeatDue = reader.Bool();
        _health.Resume(reader.Int32(int.MaxValue / 2));
        Sender.Read(ref reader, table, pool);
        _receiver.Read(ref reader);
        _resets.Read(ref reader, table);
    }

    private static void Write(StateWriter writer, in SctpPeer peer)
    {
        var outer = writer.Begin();
        writer.UInt(peer.Tag);
        writer.UInt(peer.InitialTsn);
        writer.UInt(peer.WindowBytes);
        writer.UInt(peer.InboundStreams);
        writer.Bool(peer.HasForwardTsn);
        writer.Bool(peer.HasReconfig);
        writer.End(outer);
    }

    private static SctpPeer ReadPeer(ref StateReader reader)
    {
        var outer = reader.BeginWhole(valuesMin: 6);
        var peer = new SctpPeer(
            reader.UInt32(),
            reader.UInt32(),
            reader.UInt32(),
            reader.UInt16(),
            reader.Bool(),
            reader.Bool()
        );
        reader.End(outer);
        return peer;
    }
}
