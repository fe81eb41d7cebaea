using System.Text;
using Edge.Primitives;
using Edge.Protocol.DataChannels.Sending;
using Edge.Protocol.Dtls;
using Edge.Wire.State;

namespace Edge.Protocol.DataChannels;

/// <content>How channels are closed, and others opened, after a sudden end of the process that had them; see NOTES.md.</content>
public sealed partial class DataChannelTransport
{
    /// <summary>Bytes of labels and protocols in a portrait. Chosen: a tenth of what a session has room for; ids matter, names do not, of
    /// those behind it.</summary>
    private const int FormerNameBytesMax = 4096;

    /// <summary>Ids of each side that are guessed to be in use though the portrait does not know them. Chosen: more channels than a client
    /// opens at a time.</summary>
    private const int GuessesMax = 8;

    /// <summary>How long a peer that took our reset has to reset its own direction before it is asked once more. Chosen: longer
    /// than any round trip.</summary>
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(1);

    private bool _isRevived;
    private bool _isGuessDue;
    private Instant _guessAt = Instant.Never;

    /// <summary>Whether it is under way, between its first packet and its end.</summary>
    internal bool HasBegun => !IsNew && !IsEnded;

    /// <summary>Writes what another process needs to close these channels: what was agreed, and which there are.</summary>
    internal void WriteFormer(StateWriter writer)
    {
        var outer = writer.Begin();
        WriteAgreed(writer);
        _association.WriteFormer(writer);
        var list = writer.Begin();
        var nameBytes = 0;
        foreach (var id in SortedIds())
        {
            if (_channels[id].Origin != DataChannelOrigin.Guess)
            {
                WriteFormer(writer, id, ref nameBytes);
            }
        }

        writer.End(list);
        _counters.Value.Write(writer);
        writer.End(outer);
    }

    /// <summary>Reads what <see cref="WriteFormer(StateWriter)"/> wrote: every channel is lost, whatever became of it since.</summary>
    /// <param name="reader">Where from.</param>
    /// <param name="role">Our role in DTLS.</param>
    /// <param name="options">Bounds and timing of this process; ports and message lengths are the agreement's.</param>
    /// <param name="pool">Where bytes are kept.</param>
    /// <param name="random">A source of its own.</param>
    internal static DataChannelTransport ReadFormer(
        ref StateReader reader,
        DtlsRole role,
        DataChannelTransportOptions options,
        MessagePool pool,
        Prng random
    )
    {
        var outer = reader.BeginWhole(valuesMin: 8);
        var agreed = ReadAgreed(ref reader, options);
        var transport = new DataChannelTransport(role, agreed, pool, random)
        {
            _isRevived = true,
            _isGuessDue = true,
        };
        transport._association.ReadFormer(ref reader);
        var list = reader.Begin(ushort.MaxValue, out var count);
        for (var index = 0; index < count && !reader.IsBroken; index++)
        {
            transport.ReadLost(ref reader);
        }

        reader.End(list);
        // Of ours nobody but us opens others, so they need not wait; and none of these is used for one meanwhile.
        transport.GuessFrom(role == DtlsRole.Client ? 0 : 1);
        transport._counters.Value = DataChannelStats.Read(ref reader);
        reader.End(outer);
        return transport;
    }

    private void WriteFormer(StateWriter writer, ushort id, ref int nameBytes)
    {
        var options = _channels[id].Options;
        nameBytes += Encoding.UTF8.GetByteCount(options.Label);
        nameBytes += Encoding.UTF8.GetByteCount(options.Protocol);
        var outer = writer.Begin();
        writer.UInt(id);
        WriteOptions(
            writer,
            nameBytes <= FormerNameBytesMax ? options : options with { Label = "", Protocol = "" }
        );
        writer.End(outer);
    }

    private void ReadLost(ref StateReader reader)
    {
        var outer = reader.BeginWhole(valuesMin: 8);
        var id = reader.UInt16();
        var options = ReadOptions(ref reader);
        reader.End(outer);
        if (_channels.ContainsKey(id))
        {
            reader.Break();
            return;
        }

        var channel = AddFormer(id, options, DataChannelOrigin.Portrait);
        _association.RequestReset(channel.Stream);
        _events.Enqueue(
            new()
            {
                Kind = DataChannelEventKind.ChannelLost,
                Channel = id,
                Options = options,
            }
        );
    }

    private DataChannel AddFormer(ushort id, DataChannelOptions options, DataChannelOrigin origin)
    {
        var channel = new DataChannel(options, new OutgoingStream(id))
        {
            State = DataChannelState.Closing,
            Origin = origin,
        };
        _channels.Add(id, channel);
        return channel;
    }

    /// <summary>A peer that sends on a channel which the portrait did not know yet is told that it ended, too.</summary>
    private void EndUnknown(ushort id)
    {
        if (_isRevived && !_channels.ContainsKey(id) && _channels.Count < _options.ChannelsMax)
        {
            var channel = AddFormer(id, new(), DataChannelOrigin.Guess);
            _association.RequestReset(channel.Stream);
        }
    }

    /// <summary>Whether an id is in use that both sides agreed on just now; that it may be is only a guess then.</summary>
    private bool IsInUse(ushort agreed)
    {
        if (!_channels.TryGetValue(agreed, out var existing))
        {
            return false;
        }

        if (existing.Origin != DataChannelOrigin.Guess)
        {
            return true;
        }

        Finish(existing);
        return false;
    }

    private void ScheduleGuess(Instant now)
    {
        if (_isGuessDue)
        {
            _isGuessDue = false;
            _guessAt = now + AskAgainAfter;
        }

        _forgetAt = Instant.Min(_forgetAt, _guessAt);
    }

    /// <summary>Tells the peer that channels ended which it may have opened since the portrait, or while nobody answered; after some time,
    /// so that those that it opens now are known.</summary>
    private void Guess(Instant now)
    {
        if (_guessAt <= now)
        {
            _guessAt = Instant.Never;
            GuessFrom(_role == DtlsRole.Client ? 1 : 0);
        }

        _forgetAt = Instant.Min(_forgetAt, _guessAt);
    }

    /// <summary>Takes the next free ids of one side, as both sides take them (RFC 8832 §6), for channels that are to end.</summary>
    private void GuessFrom(int first)
    {
        var left = Math.Min(GuessesMax, (_options.ChannelsMax - _channels.Count) / 2);
        for (var id = first; left > 0 && id < _association.StreamsMax; id += 2)
        {
            if (_channels.ContainsKey((ushort)id))
            {
                continue;
            }

            var channel = AddFormer((ushort)id, new(), DataChannelOrigin.Guess);
            channel.IsAskedAgain = true;
            _association.RequestResetAlone(channel.Stream);
            left--;
        }
    }

    /// <summary>Asks for the end of a channel in a request of its own.</summary>
    /// <remarks>Chromium 156 looks at no stream of a request behind one that it does not have open, such as one that it closed
    /// since the portrait, and says that all was done.</remarks>
    private bool TryAskAgain(DataChannel channel, Instant now)
    {
        if (!channel.IsFormer || channel.IsAskedAgain)
        {
            return false;
        }

        channel.IsAskedAgain = true;
        channel.ForgetAt = now + HalfClosedMax;
        _association.RequestResetAlone(channel.Stream);
        return true;
    }
}
