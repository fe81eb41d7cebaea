using Edge.Primitives;
using Edge.Protocol.DataChannels.Sending;
using Edge.Protocol.Dtls;
using Edge.Wire.State;

namespace Edge.Protocol.DataChannels;

/// <content>How data channels go on in another process.</content>
public sealed partial class DataChannelTransport
{
    private const int MessageBytesMostMax = 64 * 1024 * 1024;
    private const int PacketBytesLeast = 512;
    private const int PacketBytesMost = 1400;

    /// <summary>A peer's DATA_CHANNEL_OPEN has 32 bits of ms for it (RFC 8832 §5.1).</summary>
    private const long LifeTimeTicksMax = uint.MaxValue * TimeSpan.TicksPerMillisecond;

    /// <summary>Whether its events were taken, but for messages that nobody looked at yet, which move along.</summary>
    internal bool IsDrained => _events.Count == 0 && _association.IsDrained;

    /// <summary>Whether all of one that has begun can be written.</summary>
    internal bool CanMove => _association.CanMove;

    /// <summary>Whether its association has not begun: it is what was agreed on, and what waits to be sent.</summary>
    internal bool IsNew => _association.IsNew;

    /// <summary>Bounds, timing, ports and message lengths.</summary>
    internal DataChannelTransportOptions Options => _options;

    /// <summary>Writes channels, streams, messages and the association.</summary>
    internal void Write(StateWriter writer)
    {
        var table = new StreamTable();
        foreach (var id in SortedIds())
        {
            table.Add(_channels[id].Stream);
        }

        _association.Number(table);
        var outer = writer.Begin();
        WriteAgreed(writer);
        _association.Write(writer, table);
        var list = writer.Begin();
        foreach (var id in SortedIds())
        {
            Write(writer, _channels[id], table);
        }

        writer.End(list);
        writer.Moment(_forgetAt);
        writer.Bool(_hasHalfClosed);
        writer.UInt((ulong)_epoch);
        _counters.Value.Write(writer);
        writer.Bool(_isRevived);
        writer.Bool(_isGuessDue);
        writer.Moment(_guessAt);
        writer.End(outer);
    }

    /// <summary>Reads what was written.</summary>
    /// <param name="reader">Where from.</param>
    /// <param name="role">Our role in DTLS.</param>
    /// <param name="options">Bounds and timing of this process; ports and message lengths are the agreement's.</param>
    /// <param name="pool">Where bytes are kept.</param>
    /// <param name="random">A source of its own.</param>
    internal static DataChannelTransport Read(
        ref StateReader reader,
        DtlsRole role,
        DataChannelTransportOptions options,
        MessagePool pool,
        Prng random
    )
    {
        var outer = reader.BeginWhole(valuesMin: 11);
        var agreed = ReadAgreed(ref reader, options);
        var transport = new DataChannelTransport(role, agreed, pool, random);
        var table = new StreamTable();
        transport._association.Read(ref reader, table, pool);
        transport.ReadChannels(ref reader, table);
        transport._forgetAt = reader.Moment();
        transport._hasHalfClosed = reader.Bool();
        transport._epoch = reader.Int32(int.MaxValue / 2);
        transport._counters.Value = DataChannelStats.Read(ref reader);
        transport._isRevived = reader.Bool();
        transport._isGuessDue = reader.Bool();
        transport._guessAt = reader.Moment();
        reader.End(outer);
        return transport;
    }

    private ushort[] SortedIds()
    {
        var ids = Ids();
        Array.Sort(ids);
        return ids;
    }

    private static DataChannelTransportOptions ReadAgreed(
        ref StateReader reader,
        DataChannelTransportOptions options
    )
    {
        var localPort = reader.UInt16();
        var peerPort = reader.UInt16();
        var packetBytes = Math.Clamp(
            reader.Int32(PacketBytesMost),
            PacketBytesLeast,
            PacketBytesMost
        );
        var messageBytes = reader.Int32(MessageBytesMostMax);
        return options with
        {
            LocalPort = localPort,
            PeerPort = peerPort,
            PacketBytesMax = packetBytes,
            MessageBytesMax = messageBytes,
            PeerMessageBytesMax = reader.Int32(int.MaxValue),
            ReceiveBufferBytes = Math.Max(options.ReceiveBufferBytes, 2 * messageBytes),
        };
    }

    private void WriteAgreed(StateWriter writer)
    {
        writer.UInt(_options.LocalPort);
        writer.UInt(_options.PeerPort);
        writer.UInt((ulong)_options.PacketBytesMax);
        writer.UInt((ulong)_options.MessageBytesMax);
        writer.UInt((ulong)_options.PeerMessageBytesMax);
    }

    private static void Write(StateWriter writer, DataChannel channel, StreamTable table)
    {
        var outer = writer.Begin();
        writer.UInt((ulong)table.NumberOf(channel.Stream));
        writer.UInt((ulong)channel.State);
        writer.Bool(channel.IsAcknowledged);
        writer.Bool(channel.IsOutgoingReset);
        writer.Bool(channel.IsIncomingReset);
        writer.Moment(channel.ForgetAt);
        WriteOptions(writer, channel.Options);
        writer.UInt((ulong)channel.Origin);
        writer.Bool(channel.IsAskedAgain);
        writer.End(outer);
    }

    private static void WriteOptions(StateWriter writer, DataChannelOptions options)
    {
        writer.Text(options.Label);
        writer.Text(options.Protocol);
        writer.Bool(options.IsOrdered);
        writer.Int(options.RetransmitsMax ?? -1);
        writer.Duration(options.PacketLifeTimeMax ?? TimeSpan.Zero);
        writer.Int(options.NegotiatedId ?? -1);
        writer.Bool(options.IsAnnounced);
    }

    private void ReadChannels(ref StateReader reader, StreamTable table)
    {
        var list = reader.Begin(ushort.MaxValue, out var count);
        for (var index = 0; index < count && !reader.IsBroken; index++)
        {
            ReadChannel(ref reader, table);
        }

        reader.End(list);
    }

    private void ReadChannel(ref StateReader reader, StreamTable table)
    {
        var outer = reader.BeginWhole(valuesMin: 13);
        var isKnown = table.TryRead(ref reader, out var stream);
        var state = (DataChannelState)reader.Int32((int)DataChannelState.Closing);
        var (isAcknowledged, isOutgoing, isIncoming) = (
            reader.Bool(),
            reader.Bool(),
            reader.Bool()
        );
        var forgetAt = reader.Moment();
        var options = ReadOptions(ref reader);
        var origin = (DataChannelOrigin)reader.Int32((int)DataChannelOrigin.Guess);
        var isAskedAgain = reader.Bool();
        reader.End(outer);
        if (!isKnown || _channels.ContainsKey(stream!.Id))
        {
            reader.Break();
            return;
        }

        _channels.Add(
            stream.Id,
            new DataChannel(options, stream)
            {
                State = state,
                IsAcknowledged = isAcknowledged,
                IsOutgoingReset = isOutgoing,
                IsIncomingReset = isIncoming,
                ForgetAt = forgetAt,
                Origin = origin,
                IsAskedAgain = isAskedAgain,
            }
        );
    }

    private static DataChannelOptions ReadOptions(ref StateReader reader)
    {
        var label = reader.Text(ushort.MaxValue);
        var protocol = reader.Text(ushort.MaxValue);
        var isOrdered = reader.Bool();
        var retransmits = (int)reader.Int(-1, ushort.MaxValue);
        var lifeTime = new TimeSpan(reader.Int(0, LifeTimeTicksMax));
        var id = (int)reader.Int(-1, ushort.MaxValue);
        return new DataChannelOptions
        {
            Label = label,
            Protocol = protocol,
            IsOrdered = isOrdered,
            RetransmitsMax = retransmits < 0 ? null : retransmits,
            PacketLifeTimeMax = lifeTime == TimeSpan.Zero ? null : lifeTime,
            NegotiatedId = id < 0 ? null : (ushort)id,
            IsAnnounced = reader.Bool(),
        };
    }
}
