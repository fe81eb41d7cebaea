using System.Buffers.Binary;
using System.Security.Cryptography;
using Edge.Primitives;
using Edge.Protocol.DataChannels.Receiving;
using Edge.Wire.Sctp;

namespace Edge.Protocol.DataChannels.Association;

/// <summary>Probes of the path, errors, and the two ways to end (RFC 9260 §8.3, §9).</summary>
internal sealed partial class SctpAssociation
{
    /// <summary>Flag T of ABORT and SHUTDOWN COMPLETE: the tag is the sender's own (RFC 9260 §8.5.1).</summary>
    private const byte ReflectedTagFlag = 0x01;

    /// <summary>Longest value of a chunk that is sent alone as a reply. Chosen: the smallest packet that the
    /// options allow, less its headers.</summary>
    private const int ReplyValueBytesMax = 480;

    private const int HeartbeatInfoBytes = 16;

    private Instant _heartbeatSentAt = Instant.Never;
    private ulong _heartbeatNonce;
    private bool _isHeartbeatDue;
    private bool _isShutdownDue;

    /// <summary>Ends when everything accepted is acknowledged.</summary>
    public void Shutdown(Instant now)
    {
        if (State == SctpState.Established)
        {
            Transition(SctpState.ShutdownPending);
            ContinueShutdown(now);
        }
        else if (State is SctpState.Closed or SctpState.CookieWait or SctpState.CookieEchoed)
        {
            End(ReceivedItemKind.Closed, DataChannelFailure.None);
        }
    }

    /// <summary>Ends at once; the peer is told by ABORT.</summary>
    public void Abort() =>
        Fail(DataChannelFailure.AbortedLocally, SctpCauseCode.UserInitiatedAbort);

    /// <summary>Ends at once; the peer is not told.</summary>
    public void Drop()
    {
        _replyLength = 0;
        _hasCookieKey = false;
        CryptographicOperations.ZeroMemory(_cookieKey);
        if (State != SctpState.Ended)
        {
            End(ReceivedItemKind.Closed, DataChannelFailure.None);
        }
    }

    private void HandleControlTimeout(Instant now)
    {
        if (_timers.TryExpire(SctpTimer.Handshake, now))
        {
            RepeatHandshake(now);
        }

        if (_timers.TryExpire(SctpTimer.Heartbeat, now))
        {
            ProbePath(now);
        }

        if (_timers.TryExpire(SctpTimer.Shutdown, now))
        {
            RepeatShutdown(now);
        }
    }

    private void ScheduleHeartbeat(Instant now)
    {
        _heartbeatSentAt = Instant.Never;
        _isHeartbeatDue = false;
        _timers.Set(SctpTimer.Heartbeat, now + _options.HeartbeatInterval + Sender.Timeout.Value);
    }

    /// <summary>Probes an idle path; one with data under way is probed by it (RFC 9260 §8.3).</summary>
    private void ProbePath(Instant now)
    {
        if (_heartbeatSentAt.IsSet)
        {
            _health.HandleTimeout();
            Sender.Timeout.HandleTimeout();
        }

        if (!Sender.Outstanding.IsEmpty)
        {
            ScheduleHeartbeat(now);
            return;
        }

        _heartbeatSentAt = now;
        _heartbeatNonce = _random.NextUInt64();
        _isHeartbeatDue = true;
        _timers.Set(SctpTimer.Heartbeat, now + Sender.Timeout.Value);
    }

    private bool WriteHeartbeat(ref SctpPacketWriter writer, Instant now)
    {
        _ = now;
        if (!_isHeartbeatDue)
        {
            return false;
        }

        _isHeartbeatDue = false;
        Span<byte> info = stackalloc byte[HeartbeatInfoBytes];
        BinaryPrimitives.WriteInt64BigEndian(info, _heartbeatSentAt.Ticks);
        BinaryPrimitives.WriteUInt64BigEndian(info[8..], _heartbeatNonce);
        Span<byte> value = stackalloc byte[HeartbeatInfoBytes + 4];
        var parameters = new SctpParameterWriter(value);
        parameters.Add(SctpParameterType.HeartbeatInfo, info);
        return writer.TryAddChunk(SctpChunkType.Heartbeat, 0, value);
    }

    private void HandleHeartbeat(SctpChunk chunk)
    {
        if (_peer.Tag != 0 && State is not SctpState.CookieWait)
        {
            Reply(_peer.Tag, SctpChunkType.HeartbeatAck, chunk.Value);
        }
    }

    private void HandleHeartbeatAck(SctpChunk chunk, Instant now)
    {
        var parameters = new SctpParameterEnumerator(chunk.Value);
        if (
            !_heartbeatSentAt.IsSet
            || !parameters.MoveNext()
            || parameters.Type != SctpParameterType.HeartbeatInfo
            || parameters.Value.Length != HeartbeatInfoBytes
            || BinaryPrimitives.ReadUInt64BigEndian(parameters.Value[8..]) != _heartbeatNonce
        )
        {
            return;
        }

        _health.HandleAnswer();
        if (now > _heartbeatSentAt)
        {
            Sender.Timeout.HandleRoundTrip(now - _heartbeatSentAt);
        }

        ScheduleHeartbeat(now);
    }

    /// <summary>A stale cookie makes us begin again (RFC 9260 §5.2.6); other reports need nothing.</summary>
    private void HandleError(SctpChunk chunk, Instant now)
    {
        var causes = new SctpParameterEnumerator(chunk.Value);
        while (State == SctpState.CookieEchoed && causes.MoveNext())
        {
            if ((SctpCauseCode)causes.Type == SctpCauseCode.StaleCookie)
            {
                _peer = default;
                Transition(SctpState.CookieWait);
                ScheduleHandshake(now);
            }
        }
    }

    private bool HandleShutdown(SctpChunk chunk, Instant now)
    {
        if (chunk.Value.Length < sizeof(uint))
        {
            return true;
        }

        switch (State)
        {
            case SctpState.Established:
            case SctpState.ShutdownPending:
            case SctpState.ShutdownReceived:
                if (State != SctpState.ShutdownReceived)
                {
                    Transition(SctpState.ShutdownReceived);
                    _timers.Clear(SctpTimer.Heartbeat);
                }

                Sender.HandleCumulative(BinaryPrimitives.ReadUInt32BigEndian(chunk.Value), now);
                return true;
            case SctpState.ShutdownSent:
                // Both shut down at the same time (RFC 9260 §9.2).
                Transition(SctpState.ShutdownAckSent);
                ScheduleShutdown(now);
                return true;
            case SctpState.ShutdownAckSent:
                _isShutdownDue = true;
                return true;
            case SctpState.Closed:
            case SctpState.CookieWait:
            case SctpState.CookieEchoed:
            case SctpState.Ended:
            default:
                return true;
        }
    }

    private void HandleShutdownAck()
    {
        if (State is SctpState.ShutdownSent or SctpState.ShutdownAckSent)
        {
            Reply(_peer.Tag, SctpChunkType.ShutdownComplete, []);
            End(ReceivedItemKind.Closed, DataChannelFailure.None);
        }
    }

    private void HandleShutdownComplete()
    {
        if (State == SctpState.ShutdownAckSent)
        {
            End(ReceivedItemKind.Closed, DataChannelFailure.None);
        }
    }

    /// <summary>Takes the next step of a shutdown when all data is through.</summary>
    private void ContinueShutdown(Instant now)
    {
        if (State is not (SctpState.ShutdownPending or SctpState.ShutdownReceived))
        {
            return;
        }

        if (Sender.IsDrained)
        {
            Transition(
                State == SctpState.ShutdownPending
                    ? SctpState.ShutdownSent
                    : SctpState.ShutdownAckSent
            );
            _timers.Clear(SctpTimer.Heartbeat);
            ScheduleShutdown(now);
        }
    }

    private void ScheduleShutdown(Instant now)
    {
        _isShutdownDue = true;
        _timers.Set(SctpTimer.Shutdown, now + Sender.Timeout.Value);
    }

    private void RepeatShutdown(Instant now)
    {
        if (MayRepeat())
        {
            ScheduleShutdown(now);
            return;
        }

        Fail(DataChannelFailure.ShutdownTimeout, SctpCauseCode.None);
    }

    /// <summary>Counts a chunk that was not answered; true while it may be sent again, after twice the wait
    /// (RFC 9260 §6.3.3).</summary>
    private bool MayRepeat()
    {
        _health.HandleTimeout();
        if (_health.IsFailed)
        {
            return false;
        }

        Sender.Timeout.HandleTimeout();
        return true;
    }

    private bool WriteShutdown(ref SctpPacketWriter writer, Instant now)
    {
        _ = now;
        if (!_isShutdownDue)
        {
            return false;
        }

        _isShutdownDue = false;
        if (State == SctpState.ShutdownAckSent)
        {
            return writer.TryAddChunk(SctpChunkType.ShutdownAck, 0, []);
        }

        Span<byte> cumulative = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(cumulative, _receiver.CumulativeTsn);
        return State == SctpState.ShutdownSent
            && writer.TryAddChunk(SctpChunkType.Shutdown, 0, cumulative);
    }

    private void ReplyAbort(SctpCauseCode cause)
    {
        Span<byte> value = stackalloc byte[4];
        var causes = new SctpParameterWriter(value);
        causes.Add((ushort)cause, []);
        Reply(
            _peer.Tag,
            SctpChunkType.Abort,
            cause == SctpCauseCode.None ? [] : value[..causes.Length]
        );
    }

    private void ReplyStaleCookie(in SctpCookie cookie)
    {
        Span<byte> value = stackalloc byte[8];
        var causes = new SctpParameterWriter(value);
        // The measure of staleness is 32 bits of microseconds that nobody reads.
        causes.Add((ushort)SctpCauseCode.StaleCookie, [0, 0, 0, 0]);
        Reply(cookie.Peer.Tag, SctpChunkType.Error, value[..causes.Length]);
    }

    private void ReplyError(SctpCauseCode cause, ReadOnlySpan<byte> bytes)
    {
        Span<byte> value = stackalloc byte[ReplyValueBytesMax];
        var causes = new SctpParameterWriter(value);
        causes.Add((ushort)cause, bytes[..Math.Min(bytes.Length, ReplyValueBytesMax - 8)]);
        Reply(_peer.Tag, SctpChunkType.Error, value[..causes.Length]);
    }

    /// <summary>Makes a packet of one chunk the next to be sent. Bounded: there is one place; a reply that
    /// was not taken yet is replaced, as if it had been lost.</summary>
    private void Reply(uint tag, SctpChunkType type, scoped ReadOnlySpan<byte> value)
    {
        var writer = CreateWriter(_reply, tag);
        _replyLength = writer.TryAddChunk(type, 0, value) ? writer.Complete() : 0;
    }
}
