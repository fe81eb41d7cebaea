using System.Text;
using Edge.Primitives;
using Edge.Protocol.DataChannels.Receiving;
using Edge.Protocol.DataChannels.Sending;
using Edge.Protocol.Dtls;
using Edge.Wire.Sctp;
using Edge.Wire.Sctp.DataChannels;

namespace Edge.Protocol.DataChannels;

/// <summary>How channels come and go (RFC 8832, RFC 8831 §6.7).</summary>
public sealed partial class DataChannelTransport
{
    /// <summary>How long a peer may take to reset its direction of a channel that we closed. Chosen: longer
    /// than any retransmission of the request.</summary>
    private static readonly TimeSpan HalfClosedMax = TimeSpan.FromSeconds(10);

    /// <summary>Opens a channel; before the association is up too.</summary>
    /// <param name="options">What it is to be like.</param>
    /// <param name="channel">Its id.</param>
    public DataChannelOpenResult Open(DataChannelOptions options, out ushort channel)
    {
        ArgumentNullException.ThrowIfNull(options);
        channel = 0;
        if (IsOver)
        {
            return DataChannelOpenResult.Closed;
        }

        if (!options.IsValid(_options.LabelBytesMax))
        {
            return DataChannelOpenResult.InvalidOptions;
        }

        if (options.NegotiatedId is { } wanted && IsInUse(wanted))
        {
            return DataChannelOpenResult.IdInUse;
        }

        if (
            _channels.Count >= _options.ChannelsMax
            || !TryChooseId(options.NegotiatedId, out channel)
        )
        {
            return DataChannelOpenResult.TooManyChannels;
        }

        var opened = Add(channel, options);
        if (options.IsTold)
        {
            SendOpen(opened);
        }
        else if (IsConnected)
        {
            MarkOpen(opened);
        }

        return DataChannelOpenResult.Opened;
    }

    /// <summary>Closes a channel after what was accepted is sent; ChannelClosed follows when the peer has
    /// closed it too.</summary>
    public void Close(ushort channel)
    {
        if (
            _channels.TryGetValue(channel, out var found)
            && found.State != DataChannelState.Closing
        )
        {
            BeginClosing(found);
        }
    }

    private bool TryChooseId(ushort? wanted, out ushort id)
    {
        if (wanted is { } negotiated)
        {
            id = negotiated;
            return negotiated < _association.StreamsMax;
        }

        // RFC 8832 §6: the DTLS client takes even ids, the server odd ones.
        for (var next = _role == DtlsRole.Client ? 0 : 1; next < _association.StreamsMax; next += 2)
        {
            id = (ushort)next;
            if (!_channels.ContainsKey(id))
            {
                return true;
            }
        }

        id = 0;
        return false;
    }

    private DataChannel Add(ushort id, DataChannelOptions options)
    {
        var channel = new DataChannel(options, new OutgoingStream(id));
        _channels.Add(id, channel);
        return channel;
    }

    private void SendOpen(DataChannel channel)
    {
        var options = channel.Options;
        var message = new byte[
            DataChannelOpenMessage.HeaderBytes
                + Encoding.UTF8.GetByteCount(options.Label)
                + Encoding.UTF8.GetByteCount(options.Protocol)
        ];
        DataChannelOpenMessage.Write(
            message,
            options.Type,
            options.Reliability,
            Encoding.UTF8.GetBytes(options.Label),
            Encoding.UTF8.GetBytes(options.Protocol)
        );
        SendControl(channel, message);
    }

    /// <summary>Control messages are reliable and in order whatever the channel is (RFC 8832 §6).</summary>
    private void SendControl(DataChannel channel, ReadOnlySpan<byte> message) =>
        _association.Sender.Enqueue(
            channel.Stream,
            message,
            new(
                DataChannelPayload.Control,
                IsUnordered: false,
                OutgoingTerms.Unlimited,
                Instant.Never
            )
        );

    private void MarkOpen(DataChannel channel)
    {
        channel.IsAcknowledged = true;
        if (channel.State != DataChannelState.Connecting)
        {
            return;
        }

        channel.State = DataChannelState.Open;
        _events.Enqueue(
            new()
            {
                Kind = DataChannelEventKind.ChannelOpened,
                Channel = channel.Stream.Id,
                Options = channel.Options,
            }
        );
    }

    private void BeginClosing(DataChannel channel)
    {
        channel.State = DataChannelState.Closing;
        _association.RequestReset(channel.Stream);
    }

    private void HandleItem(in ReceivedItem item)
    {
        switch (item.Kind)
        {
            case ReceivedItemKind.Message:
                HandleMessage(item);
                break;
            case ReceivedItemKind.IncomingReset:
                HandleIncomingReset(item.StreamId);
                break;
            case ReceivedItemKind.IncomingResetOfAll:
                foreach (var id in Ids())
                {
                    HandleIncomingReset(id);
                }

                break;
            case ReceivedItemKind.OutgoingReset:
                HandleOutgoingReset(item.StreamId);
                break;
            case ReceivedItemKind.ResetWanted:
                Close(item.StreamId);
                break;
            case ReceivedItemKind.Connected:
                HandleConnected();
                break;
            case ReceivedItemKind.Restarted:
                ForgetChannels();
                _epoch++;
                _events.Enqueue(new() { Kind = DataChannelEventKind.Restarted });
                break;
            case ReceivedItemKind.Closed:
                ForgetChannels();
                _events.Enqueue(new() { Kind = DataChannelEventKind.Closed });
                break;
            case ReceivedItemKind.Failed:
                ForgetChannels();
                _events.Enqueue(
                    new() { Kind = DataChannelEventKind.Failed, Failure = item.Failure }
                );
                break;
            default:
                break;
        }
    }

    /// <summary>The association is up: channels agreed on elsewhere are open, and those that the peer has no
    /// streams for are not.</summary>
    private void HandleConnected()
    {
        _events.Enqueue(new() { Kind = DataChannelEventKind.Connected });
        _hasHalfClosed |= _isGuessDue;
        foreach (var id in Ids())
        {
            var channel = _channels[id];
            if (id >= _association.StreamsMax)
            {
                _association.Sender.Queue.DiscardWaiting(channel.Stream);
                Finish(channel);
            }
            else if (!channel.Options.IsTold)
            {
                MarkOpen(channel);
            }
        }
    }

    private void HandleMessage(in ReceivedItem item)
    {
        switch ((DataChannelPayload)item.Protocol)
        {
            case DataChannelPayload.Control:
                HandleControl(item.StreamId, item.Buffer.AsSpan(0, item.Length));
                _pool.Return(item.Buffer!);
                break;
            case DataChannelPayload.Text:
            case DataChannelPayload.TextPartial:
                HandleUserMessage(item, isBinary: false, item.Length);
                break;
            case DataChannelPayload.Binary:
            case DataChannelPayload.BinaryPartial:
                HandleUserMessage(item, isBinary: true, item.Length);
                break;
            case DataChannelPayload.TextEmpty:
                HandleUserMessage(item, isBinary: false, length: 0);
                break;
            case DataChannelPayload.BinaryEmpty:
                HandleUserMessage(item, isBinary: true, length: 0);
                break;
            default:
                Discard(item);
                break;
        }
    }

    private void HandleUserMessage(in ReceivedItem item, bool isBinary, int length)
    {
        if (
            !_channels.TryGetValue(item.StreamId, out var channel)
            || channel.State == DataChannelState.Closing
        )
        {
            Discard(item);
            EndUnknown(item.StreamId);
            return;
        }

        // A message tells as well as an ACK that the peer has the channel (RFC 8832 §6).
        MarkOpen(channel);
        _pending = item.Buffer;
        _events.Enqueue(
            new()
            {
                Kind = DataChannelEventKind.Message,
                Channel = item.StreamId,
                IsBinary = isBinary,
                Payload = item.Buffer.AsMemory(0, length),
            }
        );
    }

    private void Discard(in ReceivedItem item)
    {
        _counters.Value.MessagesDiscarded++;
        _pool.Return(item.Buffer!);
    }

    private void HandleControl(ushort id, ReadOnlySpan<byte> message)
    {
        if (message is [DataChannelOpenMessage.AckMessageType, ..])
        {
            if (_channels.TryGetValue(id, out var acknowledged))
            {
                MarkOpen(acknowledged);
            }

            return;
        }

        if (DataChannelOpenMessage.TryParse(message, out var open) == SctpParseError.None)
        {
            HandleOpen(id, open);
        }
    }

    private void HandleOpen(ushort id, in DataChannelOpenMessage open)
    {
        if (_channels.TryGetValue(id, out var existing))
        {
            if (!IsThrough(existing))
            {
                // Two channels on one stream cannot be (RFC 8832 §6); the first stays.
                return;
            }

            Finish(existing);
        }

        var isPeersId = id % 2 == (_role == DtlsRole.Client ? 1 : 0);
        var isShort =
            open.Label.Length <= _options.LabelBytesMax
            && open.Protocol.Length <= _options.LabelBytesMax;
        var isAccepted =
            isPeersId
            && isShort
            && id < _association.StreamsMax
            && _channels.Count < _options.ChannelsMax;
        if (!isAccepted)
        {
            Refuse(id);
            return;
        }

        var channel = Add(id, DataChannelOptions.Read(open));
        SendControl(channel, [DataChannelOpenMessage.AckMessageType]);
        MarkOpen(channel);
    }

    /// <summary>Whether the peer is through with a channel, which it is if it opens another one: it closed it, and its word that
    /// it took our reset is still on its way; or it closed a former one that we knew from a portrait only.</summary>
    private static bool IsThrough(DataChannel channel) =>
        channel.State == DataChannelState.Closing && (channel.IsIncomingReset || channel.IsFormer);

    /// <summary>Closes what cannot be opened, by resetting our direction (RFC 8832 §6).</summary>
    private void Refuse(ushort id)
    {
        _counters.Value.MessagesDiscarded++;
        if (id < _association.StreamsMax && !_association.IsResetWaiting(id))
        {
            _association.RequestReset(new OutgoingStream(id));
        }
    }

    private void HandleIncomingReset(ushort id)
    {
        if (!_channels.TryGetValue(id, out var channel) || channel.IsIncomingReset)
        {
            return;
        }

        channel.IsIncomingReset = true;
        if (channel.State != DataChannelState.Closing)
        {
            // Nobody reads it any more.
            _association.Sender.Queue.DiscardWaiting(channel.Stream);
            BeginClosing(channel);
        }

        FinishIfClosed(channel);
    }

    private void HandleOutgoingReset(ushort id)
    {
        if (_channels.TryGetValue(id, out var channel) && channel.State == DataChannelState.Closing)
        {
            channel.IsOutgoingReset = true;
            _hasHalfClosed = true;
            FinishIfClosed(channel);
        }
    }

    private void FinishIfClosed(DataChannel channel)
    {
        if (channel.IsIncomingReset && channel.IsOutgoingReset)
        {
            Finish(channel);
        }
    }

    /// <summary>A peer that never had the channel resets nothing; its own numbers did not move either, so the
    /// id may be used again.</summary>
    private void ScheduleForgetting(Instant now)
    {
        _hasHalfClosed = false;
        ScheduleGuess(now);
        foreach (var (_, channel) in _channels)
        {
            if (channel.IsOutgoingReset && !channel.ForgetAt.IsSet)
            {
                channel.ForgetAt = now + (channel.IsFormer ? AskAgainAfter : HalfClosedMax);
                _forgetAt = Instant.Min(_forgetAt, channel.ForgetAt);
            }
        }
    }

    private void ForgetHalfClosed(Instant now)
    {
        _forgetAt = Instant.Never;
        Guess(now);
        foreach (var id in Ids())
        {
            var channel = _channels[id];
            if (channel.ForgetAt <= now && !TryAskAgain(channel, now))
            {
                Finish(channel);
                continue;
            }

            _forgetAt = Instant.Min(_forgetAt, channel.ForgetAt);
        }
    }

    private void Finish(DataChannel channel)
    {
        var id = channel.Stream.Id;
        channel.State = DataChannelState.Closed;
        _association.WithdrawReset(channel.Stream);
        _channels.Remove(id);
        if (channel.Origin != DataChannelOrigin.Guess)
        {
            _events.Enqueue(new() { Kind = DataChannelEventKind.ChannelClosed, Channel = id });
        }
    }

    private void ForgetChannels()
    {
        foreach (var (_, channel) in _channels)
        {
            channel.State = DataChannelState.Closed;
            _association.Sender.Queue.DiscardWaiting(channel.Stream);
        }

        _channels.Clear();
        _forgetAt = Instant.Never;
        _isGuessDue = false;
        _guessAt = Instant.Never;
    }

    private ushort[] Ids() => [.. _channels.Keys];
}
