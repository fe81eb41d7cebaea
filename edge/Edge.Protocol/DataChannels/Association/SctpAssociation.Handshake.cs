using Edge.Primitives;
using Edge.Protocol.DataChannels.Receiving;
using Edge.Wire.Sctp;
using Edge.Wire.Sctp.Chunks;

namespace Edge.Protocol.DataChannels.Association;

/// <summary>INIT, INIT ACK, COOKIE ECHO, COOKIE ACK: beginning, beginning at the same time, and beginning
/// anew (RFC 9260 §5).</summary>
internal sealed partial class SctpAssociation
{
    private static readonly byte[] Extensions =
    [
        (byte)SctpChunkType.ReConfig,
        (byte)SctpChunkType.ForwardTsn,
    ];

    private readonly byte[] _cookieKey = new byte[SctpCookie.KeyBytes];
    private byte[] _peerCookie = [];
    private bool _hasCookieKey;
    private bool _isHandshakeDue;
    private bool _isCookieAckDue;

    /// <summary>From our clock to that of our cookies: that of the process which the association began in.</summary>
    private TimeSpan _clockShift;

    /// <summary>Sends INIT, unless the peer was quicker.</summary>
    public void Connect(Instant now)
    {
        if (State != SctpState.Closed)
        {
            return;
        }

        _localTag = NextTag();
        _localInitialTsn = _random.NextUInt32();
        Transition(SctpState.CookieWait);
        ScheduleHandshake(now);
    }

    /// <summary>Whether a packet belongs to this association (RFC 9260 §8.5). INIT and COOKIE ECHO carry
    /// their own proof and are handled here.</summary>
    private bool IsAdmitted(in SctpPacket packet, Instant now)
    {
        var first = packet.FirstChunk;
        var tag = packet.VerificationTag;
        switch (first.Type)
        {
            case SctpChunkType.Init:
                return tag == 0 && HandleInit(first, now);
            case SctpChunkType.CookieEcho:
                return HandleCookieEcho(first, tag, now);
            case SctpChunkType.Abort:
            case SctpChunkType.ShutdownComplete:
                var isReflected = (first.Flags & ReflectedTagFlag) != 0;
                return tag != 0 && tag == (isReflected ? _peer.Tag : _localTag);
            case SctpChunkType.Data:
            case SctpChunkType.InitAck:
            case SctpChunkType.Sack:
            case SctpChunkType.Heartbeat:
            case SctpChunkType.HeartbeatAck:
            case SctpChunkType.Shutdown:
            case SctpChunkType.ShutdownAck:
            case SctpChunkType.Error:
            case SctpChunkType.CookieAck:
            case SctpChunkType.ReConfig:
            case SctpChunkType.ForwardTsn:
            default:
                return State != SctpState.Closed && tag == _localTag;
        }
    }

    /// <summary>Answers INIT with INIT ACK; nothing is kept of it but in the cookie.</summary>
    /// <remarks>Deviates from RFC 9260 §5.1: a malformed INIT is dropped, not answered by ABORT.</remarks>
    private bool HandleInit(SctpChunk chunk, Instant now)
    {
        if (SctpInit.TryParse(chunk, out var init) != SctpParseError.None)
        {
            return false;
        }

        if (State == SctpState.ShutdownAckSent)
        {
            _isShutdownDue = true;
            return true;
        }

        var isFresh = State is SctpState.Closed;
        // While both begin, the tag of our own INIT stays (RFC 9260 §5.2.1); later it is a new one (§5.2.2).
        var isCollision = State is SctpState.CookieWait or SctpState.CookieEchoed;
        var cookie = new SctpCookie(
            isCollision ? _localTag : NextTag(),
            isCollision ? _localInitialTsn : _random.NextUInt32(),
            SctpPeer.Read(init),
            isFresh || State == SctpState.CookieWait ? 0 : _localTag,
            isFresh || State == SctpState.CookieWait ? 0 : _peer.Tag,
            now + _clockShift
        );
        ReplyInitAck(cookie, init);
        return true;
    }

    private void ReplyInitAck(in SctpCookie cookie, in SctpInit init)
    {
        if (!_hasCookieKey)
        {
            _hasCookieKey = true;
            _random.Fill(_cookieKey);
        }

        Span<byte> bytes = stackalloc byte[SctpCookie.Bytes];
        cookie.Write(bytes, _cookieKey);
        Span<byte> value = stackalloc byte[ReplyValueBytesMax];
        var parameters = new SctpParameterWriter(value);
        AddOwnParameters(ref parameters, cookie.LocalTag, cookie.LocalInitialTsn);
        parameters.Add(SctpParameterType.StateCookie, bytes);
        AddUnrecognized(ref parameters, init);
        Reply(cookie.Peer.Tag, SctpChunkType.InitAck, value[..parameters.Length]);
    }

    /// <summary>Reports what of an INIT is not known here, as far as there is room (RFC 9260 §3.2.1).</summary>
    private static void AddUnrecognized(scoped ref SctpParameterWriter writer, in SctpInit init)
    {
        const ushort SkipBit = 0x8000;
        const ushort ReportBit = 0x4000;
        var room = ReplyValueBytesMax - SctpCookie.Bytes - 128;
        var parameters = init.Parameters;
        while (parameters.MoveNext())
        {
            if (IsKnown(parameters.Type))
            {
                continue;
            }

            room -= parameters.Bytes.Length + 8;
            if (((ushort)parameters.Type & ReportBit) != 0 && room >= 0)
            {
                writer.Add(SctpParameterType.UnrecognizedParameter, parameters.Bytes);
            }

            if (((ushort)parameters.Type & SkipBit) == 0)
            {
                return;
            }
        }
    }

    private static bool IsKnown(SctpParameterType type) =>
        type
            is SctpParameterType.IPv4Address
                or SctpParameterType.IPv6Address
                or SctpParameterType.CookiePreservative
                or SctpParameterType.SupportedAddressTypes
                or SctpParameterType.SupportedExtensions
                or SctpParameterType.ForwardTsnSupported;

    private void AddOwnParameters(scoped ref SctpParameterWriter writer, uint tag, uint tsn)
    {
        writer.AddInit(
            tag,
            (uint)_options.ReceiveBufferBytes,
            ushort.MaxValue,
            ushort.MaxValue,
            tsn
        );
        writer.Add(SctpParameterType.ForwardTsnSupported, []);
        writer.Add(SctpParameterType.SupportedExtensions, Extensions);
    }

    private void HandleInitAck(SctpChunk chunk, Instant now)
    {
        if (
            State != SctpState.CookieWait
            || SctpInit.TryParse(chunk, out var init) != SctpParseError.None
            || !init.TryFind(SctpParameterType.StateCookie, out var cookie)
            || cookie.Length > _options.PacketBytesMax - SctpPacket.HeaderBytes - 8
        )
        {
            return;
        }

        _peer = SctpPeer.Read(init);
        _peerCookie = cookie.ToArray();
        _health.HandleAnswer();
        Sender.Timeout.HandleAnswer();
        Transition(SctpState.CookieEchoed);
        ScheduleHandshake(now);
    }

    private void HandleCookieAck(Instant now)
    {
        if (State == SctpState.CookieEchoed)
        {
            Establish(now);
        }
    }

    /// <summary>Compares a cookie's tags with ours (table of RFC 9260 §5.2.4).</summary>
    private bool HandleCookieEcho(SctpChunk chunk, uint tag, Instant now)
    {
        if (
            !_hasCookieKey
            || !SctpCookie.TryRead(chunk.Value, _cookieKey, out var cookie)
            || cookie.LocalTag != tag
        )
        {
            return false;
        }

        var isCurrent = cookie.LocalTag == _localTag && cookie.Peer.Tag == _peer.Tag;
        if (now + _clockShift - cookie.CreatedAt > _options.CookieLifetime && !isCurrent)
        {
            ReplyStaleCookie(cookie);
            return false;
        }

        if (State == SctpState.Closed || (IsBeginning && cookie.LocalTag == _localTag))
        {
            // A new association, and cases B and D while both begin.
            _localTag = cookie.LocalTag;
            _localInitialTsn = cookie.LocalInitialTsn;
            _peer = cookie.Peer;
            Establish(now);
        }
        else if (!isCurrent && !TryRestart(cookie, now))
        {
            return false;
        }

        _isCookieAckDue = true;
        return true;
    }

    private bool IsBeginning => State is SctpState.CookieWait or SctpState.CookieEchoed;

    /// <summary>Case A: the peer lost its state and began anew (RFC 9260 §5.2.4.1).</summary>
    private bool TryRestart(in SctpCookie cookie, Instant now)
    {
        if (
            IsBeginning
            || cookie.LocalTieTag != _localTag
            || cookie.PeerTieTag != _peer.Tag
            || _receiver.IsCrowded(1)
        )
        {
            return false;
        }

        if (State == SctpState.ShutdownAckSent)
        {
            _isShutdownDue = true;
            return false;
        }

        _localTag = cookie.LocalTag;
        _localInitialTsn = cookie.LocalInitialTsn;
        _peer = cookie.Peer;
        Epoch++;
        Sender.Clear();
        _resets.Clear();
        Start(ReceivedItemKind.Restarted, now);
        return true;
    }

    private void Establish(Instant now)
    {
        _peerCookie = [];
        Start(ReceivedItemKind.Connected, now);
    }

    private void Start(ReceivedItemKind kind, Instant now)
    {
        Transition(SctpState.Established);
        _timers.Clear(SctpTimer.Handshake);
        _timers.Clear(SctpTimer.Shutdown);
        _health.HandleAnswer();
        _isHandshakeDue = false;
        _isShutdownDue = false;
        StreamsMax = _peer.InboundStreams;
        Sender.Start(_localInitialTsn, _peer.WindowBytes, _peer.HasForwardTsn);
        _receiver.Start(_peer.InitialTsn);
        _resets.Start(
            _localInitialTsn,
            _peer.InitialTsn,
            _peer.HasReconfig ? _peer.InboundStreams : 0
        );
        _receiver.Enqueue(new() { Kind = kind });
        ScheduleHeartbeat(now);
    }

    private void ScheduleHandshake(Instant now)
    {
        _isHandshakeDue = true;
        _timers.Set(SctpTimer.Handshake, now + Sender.Timeout.Value);
    }

    /// <summary>INIT or COOKIE ECHO was not answered (RFC 9260 §5.1, §6.3.3).</summary>
    private void RepeatHandshake(Instant now)
    {
        if (MayRepeat())
        {
            ScheduleHandshake(now);
            return;
        }

        End(ReceivedItemKind.Failed, DataChannelFailure.HandshakeTimeout);
    }

    private int WriteHandshake(Span<byte> destination, Instant now)
    {
        _ = now;
        if (!_isHandshakeDue)
        {
            return 0;
        }

        _isHandshakeDue = false;
        if (State == SctpState.CookieEchoed)
        {
            var echo = CreateWriter(destination, _peer.Tag);
            echo.TryAddChunk(SctpChunkType.CookieEcho, 0, _peerCookie);
            return echo.Complete();
        }

        Span<byte> value = stackalloc byte[64];
        var parameters = new SctpParameterWriter(value);
        AddOwnParameters(ref parameters, _localTag, _localInitialTsn);
        // The padding of the last parameter is no part of the chunk (RFC 9260 §3.2).
        var length = parameters.Length - (-Extensions.Length & 3);
        var writer = CreateWriter(destination, 0);
        writer.TryAddChunk(SctpChunkType.Init, 0, value[..length]);
        return writer.Complete();
    }

    private uint NextTag()
    {
        var tag = _random.NextUInt32();
        while (tag == 0 || tag == _formerTag)
        {
            tag = _random.NextUInt32();
        }

        return tag;
    }
}
