using Edge.Primitives;
using Edge.Protocol.DataChannels.Association;
using Edge.Protocol.DataChannels.Sending;
using Edge.Protocol.Dtls;
using Edge.Wire.Sctp.DataChannels;

namespace Edge.Protocol.DataChannels;

/// <summary>The data channels of one peer: messages in, SCTP packets out, and the other way round.</summary>
/// <remarks>
/// Sans-IO. After each input or command drain <see cref="PollEvent"/> and <see cref="PollDatagram"/>, in
/// turns, until both are empty: taking events makes room and answers. An owner who stops taking events
/// stops the peer: nothing grows. Bounded by <see cref="DataChannelTransportOptions"/>. Threads: one owner.
/// Source: RFC 8831, RFC 8832.
/// </remarks>
public sealed partial class DataChannelTransport
{
    private readonly DtlsRole _role;
    private readonly DataChannelTransportOptions _options;
    private readonly MessagePool _pool;
    private readonly DataChannelCounters _counters = new();
    private readonly SctpAssociation _association;
    private readonly Dictionary<ushort, DataChannel> _channels = [];
    private readonly Queue<DataChannelEvent> _events = new();
    private byte[]? _pending;
    private byte[]? _borrowed;
    private Instant _forgetAt = Instant.Never;
    private bool _hasHalfClosed;
    private int _epoch;

    /// <summary>Makes a transport that waits for either side to begin.</summary>
    /// <param name="role">Our role in DTLS, which decides over odd and even ids (RFC 8832 §6).</param>
    /// <param name="options">Bounds and timing, valid.</param>
    /// <param name="pool">Where bytes are kept; may be shared by all transports of a thread.</param>
    /// <param name="random">The source of tags, sequence numbers and keys.</param>
    public DataChannelTransport(
        DtlsRole role,
        DataChannelTransportOptions options,
        MessagePool pool,
        Prng random
    )
    {
        _role = role;
        _options = options;
        _pool = pool;
        _association = new(options, pool, _counters, random);
    }

    /// <summary>What happened so far.</summary>
    public DataChannelStats Stats => _counters.Value;

    /// <summary>Whether data flows.</summary>
    public bool IsConnected => _association.IsConnected;

    /// <summary>Whether it is over; nothing brings it back.</summary>
    public bool IsEnded => _association.State == SctpState.Ended;

    /// <summary>How many channels there are, closing ones included.</summary>
    public int ChannelCount => _channels.Count;

    /// <summary>What all channels hold for sending, each message's price included.</summary>
    public long SendHeldBytes => _association.Sender.Queue.HeldBytes;

    /// <summary>What is held of received data, each message's price included.</summary>
    public long ReceiveHeldBytes => _association.ReceiveUsedBytes;

    internal SctpAssociation Association => _association;

    /// <summary>Begins the association; call it when DTLS is connected, on either side or on both.</summary>
    public void Connect(Instant now) => _association.Connect(now);

    /// <summary>Ends when everything accepted has arrived.</summary>
    public void Shutdown(Instant now) => _association.Shutdown(now);

    /// <summary>Ends at once and tells the peer.</summary>
    public void Abort() => _association.Abort();

    /// <summary>Ends at once without a word to the peer, and gives every buffer back: for an owner who lets go
    /// of the transport, or whose session lives on elsewhere.</summary>
    public void Drop()
    {
        _association.Drop();
        while (PollEvent(out _))
        {
            // Taking what is left returns its bytes.
        }
    }

    /// <summary>Takes an SCTP packet out of a DTLS record.</summary>
    [HotPath]
    public void HandleDatagram(ReadOnlySpan<byte> sctpPacket, Instant now) =>
        _association.HandleDatagram(sctpPacket, now);

    /// <summary>Does what is due.</summary>
    public void HandleTimeout(Instant now)
    {
        _association.HandleTimeout(now);
        if (_forgetAt <= now)
        {
            ForgetHalfClosed(now);
        }
    }

    /// <summary>When <see cref="HandleTimeout"/> is due.</summary>
    public Instant PollTimeout() => Instant.Min(_association.PollTimeout(), _forgetAt);

    /// <summary>Writes the next SCTP packet; 0 when there is none.</summary>
    /// <param name="destination">At least <see cref="DataChannelTransportOptions.PacketBytesMax"/> long.</param>
    /// <param name="now">The time.</param>
    [HotPath]
    public int PollDatagram(Span<byte> destination, Instant now)
    {
        if (_hasHalfClosed)
        {
            ScheduleForgetting(now);
        }

        return _association.PollDatagram(destination, now);
    }

    /// <summary>Takes the next event; a message's payload is lent until the next call.</summary>
    [HotPath]
    public bool PollEvent(out DataChannelEvent occurred)
    {
        if (_borrowed is { } borrowed)
        {
            _borrowed = null;
            _pool.Return(borrowed);
        }

        while (_events.Count == 0 && _association.TryDequeue(out var item))
        {
            HandleItem(item);
        }

        if (!_events.TryDequeue(out occurred))
        {
            return TryTakeLow(out occurred);
        }

        if (occurred.Kind == DataChannelEventKind.Message)
        {
            _borrowed = _pending;
            _pending = null;
        }

        return true;
    }

    /// <summary>Sends a message.</summary>
    /// <param name="channel">The channel's id.</param>
    /// <param name="bytes">The message, copied; may be empty.</param>
    /// <param name="isBinary">Whether it is bytes rather than text in UTF-8.</param>
    /// <param name="now">The time.</param>
    [HotPath]
    public DataChannelSendResult Send(
        ushort channel,
        ReadOnlySpan<byte> bytes,
        bool isBinary,
        Instant now
    )
    {
        if (
            IsOver
            || !_channels.TryGetValue(channel, out var found)
            || found.State is not (DataChannelState.Open or DataChannelState.Connecting)
        )
        {
            return DataChannelSendResult.NotOpen;
        }

        if (bytes.Length > SendBytesMax)
        {
            return DataChannelSendResult.TooLong;
        }

        if (!HasRoom(found.Stream, bytes.Length, now))
        {
            _association.Sender.Queue.NoteBlocked(found.Stream);
            return DataChannelSendResult.WouldBlock;
        }

        _counters.Value.MessagesSent++;
        var terms = TermsOf(found, ProtocolOf(bytes.IsEmpty, isBinary), now);
        // SCTP has no empty messages: one byte stands for nothing (RFC 8831 §6.6).
        _association.Sender.Enqueue(found.Stream, bytes.IsEmpty ? [0] : bytes, terms);
        return DataChannelSendResult.Accepted;
    }

    /// <summary>Where a channel is in its life; Closed when there is none of that id.</summary>
    public DataChannelState StateOf(ushort channel) =>
        _channels.TryGetValue(channel, out var found) ? found.State : DataChannelState.Closed;

    /// <summary>What a channel is like; null when there is none of that id.</summary>
    public DataChannelOptions? OptionsOf(ushort channel) =>
        _channels.TryGetValue(channel, out var found) ? found.Options : null;

    /// <summary>Bytes of a channel's messages that the peer has not acknowledged.</summary>
    public long BufferedBytes(ushort channel) =>
        _channels.TryGetValue(channel, out var found) ? found.Stream.BufferedBytes : 0;

    /// <summary>Sets the buffered bytes that raise BufferedAmountLow when they are fallen to; 0 at first.</summary>
    public void SetBufferedAmountLowThreshold(ushort channel, long thresholdBytes)
    {
        if (_channels.TryGetValue(channel, out var found))
        {
            found.Stream.LowThresholdBytes = thresholdBytes;
        }
    }

    /// <summary>The longest message that may be sent: what the peer takes, and what a buffer holds.</summary>
    public int SendBytesMax =>
        _options.PeerMessageBytesMax == 0
            ? _options.ChannelBufferBytes
            : Math.Min(_options.PeerMessageBytesMax, _options.ChannelBufferBytes);

    /// <summary>Whether the channels that are still in the table belong to an association that ended, and
    /// whose last events were not taken yet.</summary>
    private bool IsOver => IsEnded || _association.Epoch != _epoch;

    /// <summary>A channel with nothing buffered takes any message, so that no bound can stop it for good.</summary>
    private bool HasRoom(OutgoingStream stream, int length, Instant now)
    {
        var queue = _association.Sender.Queue;
        var cost = length + OutgoingMessage.CostBytes;
        if (Fits(stream, cost))
        {
            return true;
        }

        queue.DiscardExpired(stream, now);
        return Fits(stream, cost);
    }

    private bool Fits(OutgoingStream stream, int cost) =>
        (stream.HeldBytes == 0 || stream.HeldBytes + cost <= _options.ChannelBufferBytes)
        && (
            _association.Sender.Queue.HeldBytes == 0
            || _association.Sender.Queue.HeldBytes + cost <= _options.SendBufferBytes
        );

    private bool TryTakeLow(out DataChannelEvent occurred)
    {
        var queue = _association.Sender.Queue;
        queue.Unblock(
            belowBytes: Math.Max(
                _options.SendBufferBytes / 2,
                _options.SendBufferBytes - _options.ChannelBufferBytes
            )
        );
        while (queue.TryTakeLow(out var id))
        {
            if (_channels.TryGetValue(id, out var found) && found.State != DataChannelState.Closing)
            {
                occurred = new() { Kind = DataChannelEventKind.BufferedAmountLow, Channel = id };
                return true;
            }
        }

        occurred = default;
        return false;
    }

    private static DataChannelPayload ProtocolOf(bool isEmpty, bool isBinary) =>
        (isEmpty, isBinary) switch
        {
            (false, true) => DataChannelPayload.Binary,
            (false, false) => DataChannelPayload.Text,
            (true, true) => DataChannelPayload.BinaryEmpty,
            (true, false) => DataChannelPayload.TextEmpty,
        };

    private static OutgoingTerms TermsOf(
        DataChannel channel,
        DataChannelPayload protocol,
        Instant now
    ) =>
        new(
            protocol,
            IsUnordered: !channel.Options.IsOrdered && channel.IsAcknowledged,
            channel.Options.RetransmitsMax ?? OutgoingTerms.Unlimited,
            channel.Options.PacketLifeTimeMax is { } lifeTime ? now + lifeTime : Instant.Never
        );
}
