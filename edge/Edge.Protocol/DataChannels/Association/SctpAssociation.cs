using Edge.Primitives;
using Edge.Protocol.DataChannels.Receiving;
using Edge.Protocol.DataChannels.Sending;
using Edge.Wire.Sctp;
using Edge.Wire.Sctp.Chunks;

namespace Edge.Protocol.DataChannels.Association;

/// <summary>One SCTP association over a DTLS connection (RFC 9260, RFC 8261).</summary>
/// <remarks>
/// One path, no addresses, no ECN, no I-DATA, no authentication chunks: DTLS does that. Either side or
/// both may begin. After each input drain <see cref="TryDequeue"/> and <see cref="PollDatagram"/>, in
/// turns, until both are empty.
/// </remarks>
internal sealed partial class SctpAssociation
{
    private static readonly int TimerCount = Enum.GetValues<SctpTimer>().Length;

    private readonly DataChannelTransportOptions _options;
    private readonly DataChannelCounters _counters;
    private readonly Prng _random;
    private readonly DataReceiver _receiver;
    private readonly StreamResets _resets;
    private readonly PathHealth _health;
    private readonly TimerTable<SctpTimer> _timers = new(TimerCount);
    private readonly byte[] _reply;
    private int _replyLength;
    private uint _localTag;
    private uint _localInitialTsn;
    private uint _formerTag;
    private SctpPeer _peer;

    /// <summary>Makes an association that waits for either side to begin.</summary>
    public SctpAssociation(
        DataChannelTransportOptions options,
        MessagePool pool,
        DataChannelCounters counters,
        Prng random
    )
    {
        _options = options;
        _counters = counters;
        _random = random;
        _health = new(options.RetransmissionsMax);
        Sender = new(options, pool, _health, counters);
        _receiver = new(options, pool, counters);
        _resets = new(_receiver, Sender, _health);
        _reply = new byte[options.PacketBytesMax];
    }

    /// <summary>Where it is in its life.</summary>
    public SctpState State { get; private set; }

    /// <summary>The sending half, where messages are queued.</summary>
    public DataSender Sender { get; }

    /// <summary>Streams that may be used; all of them until the peer said less.</summary>
    public int StreamsMax { get; private set; } = ushort.MaxValue;

    /// <summary>How often the peer began anew.</summary>
    public int Epoch { get; private set; }

    /// <summary>Whether data flows.</summary>
    public bool IsConnected => State is SctpState.Established;

    /// <summary>What the receive buffer holds, for tests.</summary>
    public int ReceiveUsedBytes => _receiver.UsedBytes;

    /// <summary>Takes a packet out of a DTLS record.</summary>
    [HotPath]
    public void HandleDatagram(ReadOnlySpan<byte> bytes, Instant now)
    {
        _counters.Value.PacketsReceived++;
        if (
            State == SctpState.Ended
            || SctpPacket.TryParse(bytes, out var packet) != SctpParseError.None
            || packet.SourcePort != _options.PeerPort
            || packet.DestinationPort != _options.LocalPort
            || !IsAdmitted(packet, now)
        )
        {
            _counters.Value.PacketsDropped++;
            return;
        }

        foreach (var chunk in packet)
        {
            if (State == SctpState.Ended || !HandleChunk(chunk, now))
            {
                break;
            }
        }

        _receiver.EndPacket(now);
        ContinueShutdown(now);
    }

    /// <summary>Does what is due.</summary>
    public void HandleTimeout(Instant now)
    {
        if (State == SctpState.Ended)
        {
            return;
        }

        HandleControlTimeout(now);
        _receiver.HandleTimeout(now);
        _resets.HandleTimeout(now);
        if (Sender.RetransmitAt <= now)
        {
            Sender.HandleTimeout(now);
        }

        if (_health.IsFailed)
        {
            Fail(DataChannelFailure.PathFailed, SctpCauseCode.None);
        }
    }

    /// <summary>Writes the next packet; 0 when there is none.</summary>
    [HotPath]
    public int PollDatagram(Span<byte> destination, Instant now)
    {
        if (_replyLength > 0)
        {
            var length = _replyLength;
            _replyLength = 0;
            if (_reply.AsSpan(0, length).TryCopyTo(destination))
            {
                return Count(length);
            }
        }

        var room = destination[..Math.Min(destination.Length, _options.PacketBytesMax)];
        if (State is SctpState.CookieWait or SctpState.CookieEchoed)
        {
            return Count(WriteHandshake(room, now));
        }

        if (State is SctpState.Closed or SctpState.Ended)
        {
            return 0;
        }

        var writer = CreateWriter(room, _peer.Tag);
        var isDue = WriteControl(ref writer, now);
        if (State is not (SctpState.ShutdownSent or SctpState.ShutdownAckSent))
        {
            isDue |= Sender.Write(ref writer, now);
        }

        return isDue ? Count(writer.Complete()) : 0;
    }

    /// <summary>Takes the next thing that happened; a message's bytes go back to the pool.</summary>
    [HotPath]
    public bool TryDequeue(out ReceivedItem item) => _receiver.TryDequeue(out item);

    /// <summary>When <see cref="HandleTimeout"/> is due.</summary>
    public Instant PollTimeout() =>
        State == SctpState.Ended
            ? Instant.Never
            : Instant.Min(
                Instant.Min(_timers.Next, _receiver.SackAt),
                Instant.Min(Sender.RetransmitAt, _resets.RetryAt)
            );

    /// <summary>Wants a stream of ours started over when its messages are through.</summary>
    public void RequestReset(OutgoingStream stream) => _resets.Request(stream);

    /// <summary>Wants it started over once more, in a request that names no other stream.</summary>
    public void RequestResetAlone(OutgoingStream stream) => _resets.RequestAlone(stream);

    /// <summary>Wants that no more, if it was not asked for yet.</summary>
    public void WithdrawReset(OutgoingStream stream) => _resets.Withdraw(stream);

    /// <summary>Whether such a wish for a stream is not fulfilled yet.</summary>
    public bool IsResetWaiting(ushort streamId) => _resets.IsWaiting(streamId);

    private int Count(int length)
    {
        _counters.Value.PacketsSent += length > 0 ? 1 : 0;
        return length;
    }

    private SctpPacketWriter CreateWriter(Span<byte> destination, uint tag) =>
        new(destination, _options.LocalPort, _options.PeerPort, tag);

    /// <summary>Adds what is not data. What is urgent makes the packet worth sending; an acknowledgement
    /// that could wait goes along when there is data.</summary>
    private bool WriteControl(ref SctpPacketWriter writer, Instant now)
    {
        var isDue = false;
        if (_isCookieAckDue)
        {
            _isCookieAckDue = false;
            isDue = writer.TryAddChunk(SctpChunkType.CookieAck, 0, []);
        }

        if (_receiver.IsSackDue || (_receiver.IsSackPending && Sender.MaySend))
        {
            isDue |= _receiver.WriteSack(ref writer);
        }

        if (State is SctpState.Established or SctpState.ShutdownPending)
        {
            isDue |= _resets.Write(ref writer, now);
        }

        isDue |= WriteHeartbeat(ref writer, now);
        isDue |= WriteShutdown(ref writer, now);
        return isDue;
    }

    private bool HandleChunk(SctpChunk chunk, Instant now)
    {
        switch (chunk.Type)
        {
            case SctpChunkType.Data:
                return HandleData(chunk);
            case SctpChunkType.Sack:
                HandleSack(chunk, now);
                return true;
            case SctpChunkType.ForwardTsn:
                HandleForwardTsn(chunk);
                return true;
            case SctpChunkType.ReConfig:
                HandleReconfig(chunk, now);
                return true;
            case SctpChunkType.InitAck:
                HandleInitAck(chunk, now);
                return false;
            case SctpChunkType.CookieAck:
                HandleCookieAck(now);
                return true;
            case SctpChunkType.Heartbeat:
                HandleHeartbeat(chunk);
                return true;
            case SctpChunkType.HeartbeatAck:
                HandleHeartbeatAck(chunk, now);
                return true;
            case SctpChunkType.Abort:
                End(ReceivedItemKind.Failed, DataChannelFailure.AbortedByPeer);
                return false;
            case SctpChunkType.Error:
                HandleError(chunk, now);
                return true;
            case SctpChunkType.Shutdown:
                return HandleShutdown(chunk, now);
            case SctpChunkType.ShutdownAck:
                HandleShutdownAck();
                return false;
            case SctpChunkType.ShutdownComplete:
                HandleShutdownComplete();
                return false;
            case SctpChunkType.Init:
                // Was handled when the packet was admitted, and has to be alone.
                return false;
            case SctpChunkType.CookieEcho:
                return true;
            default:
                return HandleUnknown(chunk);
        }
    }

    private bool HandleData(SctpChunk chunk)
    {
        if (
            State
            is not (SctpState.Established or SctpState.ShutdownPending or SctpState.ShutdownSent)
        )
        {
            return true;
        }

        var error = SctpData.TryParse(chunk, out var data);
        if (error != SctpParseError.None)
        {
            var cause =
                error == SctpParseError.NoUserData
                    ? SctpCauseCode.NoUserData
                    : SctpCauseCode.ProtocolViolation;
            Fail(DataChannelFailure.ProtocolViolation, cause);
            return false;
        }

        switch (_receiver.HandleData(data))
        {
            case DataVerdict.TooLong:
                Fail(DataChannelFailure.MessageTooLong, SctpCauseCode.OutOfResource);
                return false;
            case DataVerdict.OutOfResources:
                Fail(DataChannelFailure.OutOfResources, SctpCauseCode.OutOfResource);
                return false;
            case DataVerdict.Taken:
            case DataVerdict.Duplicate:
            case DataVerdict.Refused:
            default:
                return true;
        }
    }

    /// <summary>A SACK that cannot be is not looked at (RFC 9260 §6.2.1).</summary>
    private void HandleSack(SctpChunk chunk, Instant now)
    {
        if (
            State
                is not (
                    SctpState.Established
                    or SctpState.ShutdownPending
                    or SctpState.ShutdownReceived
                )
            || SctpSack.TryParse(chunk, out var sack) != SctpParseError.None
            || !Sender.HandleSack(sack, now)
        )
        {
            _counters.Value.ChunksIgnored++;
        }
    }

    private void HandleForwardTsn(SctpChunk chunk)
    {
        if (
            State is SctpState.Established or SctpState.ShutdownPending or SctpState.ShutdownSent
            && SctpForwardTsn.TryParse(chunk, out var forward) == SctpParseError.None
        )
        {
            _receiver.HandleForwardTsn(forward);
        }
    }

    private void HandleReconfig(SctpChunk chunk, Instant now)
    {
        if (State is SctpState.Established or SctpState.ShutdownPending)
        {
            _resets.HandleReconfig(chunk, now);
        }
    }

    /// <summary>A chunk of a type that has no name here: its type says what to do (RFC 9260 §3.2).</summary>
    private bool HandleUnknown(SctpChunk chunk)
    {
        if (chunk.IsReportedWhenUnknown && _peer.Tag != 0)
        {
            ReplyError(SctpCauseCode.UnrecognizedChunkType, chunk.Bytes);
        }

        return chunk.IsSkippedWhenUnknown;
    }

    /// <summary>Ends because of us: the peer is told.</summary>
    private void Fail(DataChannelFailure failure, SctpCauseCode cause)
    {
        if (State == SctpState.Ended)
        {
            return;
        }

        if (_peer.Tag != 0)
        {
            ReplyAbort(cause);
        }

        End(ReceivedItemKind.Failed, failure);
    }

    private void End(ReceivedItemKind kind, DataChannelFailure failure)
    {
        Transition(SctpState.Ended);
        Sender.Clear();
        _resets.Clear();
        _receiver.DropIncomplete();
        _receiver.Enqueue(new() { Kind = kind, Failure = failure });
    }

    private void Transition(SctpState next)
    {
        System.Diagnostics.Debug.Assert(IsAllowed(State, next), $"{State} to {next}.");
        State = next;
    }

    internal static bool IsAllowed(SctpState state, SctpState next) =>
        next == SctpState.Ended
            ? state != SctpState.Ended
            : state switch
            {
                SctpState.Closed => next is SctpState.CookieWait or SctpState.Established,
                SctpState.CookieWait => next is SctpState.CookieEchoed or SctpState.Established,
                SctpState.CookieEchoed => next is SctpState.CookieWait or SctpState.Established,
                SctpState.Established => next
                    is SctpState.Established
                        or SctpState.ShutdownPending
                        or SctpState.ShutdownReceived,
                SctpState.ShutdownPending => next
                    is SctpState.ShutdownSent
                        or SctpState.ShutdownReceived
                        or SctpState.Established,
                SctpState.ShutdownSent => next
                    is SctpState.ShutdownAckSent
                        or SctpState.Established,
                SctpState.ShutdownReceived => next
                    is SctpState.ShutdownAckSent
                        or SctpState.Established,
                SctpState.ShutdownAckSent or SctpState.Ended => false,
                _ => false,
            };
}
