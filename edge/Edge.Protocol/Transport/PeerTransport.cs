using Edge.Primitives;
using Edge.Protocol.DataChannels;
using Edge.Protocol.Dtls;
using Edge.Protocol.Ice;
using Edge.Protocol.Srtp;

namespace Edge.Protocol.Transport;

/// <summary>One peer's connection: ICE, DTLS, SRTP and, where wanted, SCTP behind one input and one
/// output.</summary>
/// <remarks>
/// Ingress rules: STUN from anywhere, because its integrity tells; DTLS only from addresses that passed
/// an authenticated check, nominated or not (R1, R2); SRTP from the same addresses once keys exist, and
/// nothing changes before it authenticates (R4). Nothing that does not authenticate ends the peer
/// (R3, R5). Owner: one thread. Clock: the driver's.
/// </remarks>
public sealed partial class PeerTransport : IDisposable
{
    /// <summary>Events not yet polled are bounded by the addresses ICE keeps plus the life's few steps;
    /// beyond it the oldest event is dropped. Never reached by a driver that polls after each input, as
    /// all have to.</summary>
    private const int EventsMax = 64;

    /// <summary>Least room for the longest SCTP packet in its record.</summary>
    private const int ChannelDatagramBytesMin = 1200;

    private readonly IceAgent _ice;
    private readonly DtlsAssociation _dtls;
    private readonly ISrtpCipherFactory _ciphers;
    private readonly PeerTransportOptions _options;
    private readonly Queue<PeerEvent> _events = new();
    private readonly long[] _drops = new long[Enum.GetValues<DropReason>().Length];
    private readonly Instant _connectDeadline;
    private SrtpSession? _srtp;
    private Instant _heardAt = Instant.Never;
    private int _sourcesExpected;
    private bool _hasStartedDtls;
    private bool _hasHeardMedia;
    private bool _hasConsent;
    private NetworkAddress _handshakePath;

    /// <summary>Composes a peer from its parts, which it then owns.</summary>
    public PeerTransport(
        IceAgent ice,
        DtlsAssociation dtls,
        ISrtpCipherFactory ciphers,
        PeerTransportOptions options,
        Instant now
    )
    {
        _ice = ice;
        _dtls = dtls;
        _ciphers = ciphers;
        _options = options;
        _connectDeadline = now + options.ConnectTimeout;
    }

    /// <summary>Where the peer is in its life.</summary>
    public PeerState State { get; private set; }

    /// <summary>Why it closed.</summary>
    public PeerClosedReason ClosedReason { get; private set; }

    /// <summary>The ICE side, for restarts and trickled candidates.</summary>
    public IceAgent Ice => _ice;

    /// <summary>Whether the peer agrees to be sent to, as of the last input (RFC 7675 §5.1). On a path that was closed
    /// nobody does, long before its consent would run out: what is due has to wait, not to be asked for.</summary>
    public bool HasConsent => _hasConsent && _ice.LastConsentAt.IsSet;

    /// <summary>Where to send; meaningful once an address is validated.</summary>
    public NetworkAddress Selected => _ice.Selected;

    /// <summary>Its data channels; null without any. Their events are the owner's to take.</summary>
    public DataChannelTransport? Channels { get; private set; }

    /// <summary>Our role in DTLS, which decides over odd and even ids of data channels (RFC 8832 §6).</summary>
    public DtlsRole DtlsRole => _dtls.Role;

    /// <summary>Whether a handshake waits for no more than the peer's last flight.</summary>
    public bool HasHandshakeBegun => _dtls.HasBegun;

    /// <summary>Gives the connection data channels, in place of others if it has any. They connect when
    /// DTLS is.</summary>
    /// <remarks>A connection with channels needs no keys for SRTP: data-only clients agree on none.</remarks>
    public void Attach(DataChannelTransport channels, Instant now)
    {
        Channels = channels;
        if (State == PeerState.Connected)
        {
            channels.Connect(now);
        }
    }

    /// <summary>Lets the data channels go, which live on elsewhere or are over.</summary>
    public DataChannelTransport? Detach()
    {
        var channels = Channels;
        Channels = null;
        return channels;
    }

    /// <summary>Datagrams dropped for a reason.</summary>
    public long Dropped(DropReason reason) => _drops[(int)reason];

    /// <summary>Whether media may be sent now: keys exist and consent is fresh (RFC 7675 §5.1).</summary>
    [HotPath]
    public bool MaySend(Instant now) =>
        State == PeerState.Connected && HasConsent && _ice.MaySend(now);

    /// <summary>Counts a packet that the media layer dropped.</summary>
    [HotPath]
    public void NoteDrop(DropReason reason) => _drops[(int)reason]++;

    /// <summary>Takes a datagram; SRTP and SRTCP are decrypted in place.</summary>
    /// <returns>What of the datagram is for the media layer, if anything.</returns>
    [HotPath]
    public PeerInput HandleDatagram(in NetworkAddress source, Span<byte> datagram, Instant now)
    {
        if (State == PeerState.Closed)
        {
            return Drop(DropReason.Closed);
        }

        return DatagramKinds.Classify(datagram) switch
        {
            DatagramKind.Stun => HandleStun(source, datagram, now),
            DatagramKind.Dtls => HandleDtls(source, datagram, now),
            DatagramKind.Rtp => HandleSrtp(source, datagram, PeerInputKind.Rtp, now),
            DatagramKind.Rtcp => HandleSrtp(source, datagram, PeerInputKind.Rtcp, now),
            DatagramKind.Unknown => Drop(DropReason.UnknownProtocol),
            _ => Drop(DropReason.UnknownProtocol),
        };
    }

    /// <summary>Lets go of an address whose connection was closed.</summary>
    public void HandlePathClosed(in NetworkAddress address, Instant now)
    {
        if (State != PeerState.Closed)
        {
            _ice.HandlePathClosed(address, now);
            DrainIce(now);
        }
    }

    /// <summary>Runs what is due.</summary>
    public void HandleTimeout(Instant now)
    {
        if (State == PeerState.Closed)
        {
            return;
        }

        _ice.HandleTimeout(now);
        DrainIce(now);
        _dtls.HandleTimeout(now);
        DrainDtls(now);
        if (HasConsent && !HasLapsed)
        {
            // Otherwise nothing is sent: what is not sent is not lost either.
            Channels?.HandleTimeout(now);
        }

        CheckDeadlines(now);
    }

    /// <summary>The next datagram of ICE, DTLS or SCTP to send; 0 when there is none.</summary>
    public int PollTransmit(Span<byte> destination, Instant now, out TransmitMeta meta)
    {
        meta = default;
        if (ClosedReason == PeerClosedReason.HandedOver)
        {
            return 0;
        }

        var length = _ice.PollTransmit(destination, now, out meta);
        if (length > 0)
        {
            return length;
        }

        if (!_ice.HasSelected)
        {
            return 0;
        }

        meta = new TransmitMeta(HandshakePath);
        length = _dtls.PollTransmit(destination);
        if (length > 0)
        {
            return length;
        }

        meta = new TransmitMeta(_ice.Selected);
        return PollChannels(destination, now);
    }

    /// <summary>The next event, if any.</summary>
    public bool PollEvent(out PeerEvent transportEvent) => _events.TryDequeue(out transportEvent);

    /// <summary>When <see cref="HandleTimeout"/> is due next. May change after every input.</summary>
    public Instant PollTimeout()
    {
        if (State == PeerState.Closed)
        {
            return Instant.Never;
        }

        var life = State == PeerState.Connected ? IdleDeadline : _connectDeadline;
        var channels =
            State == PeerState.Connected && HasConsent && !HasLapsed && Channels is not null
                ? Channels.PollTimeout()
                : Instant.Never;
        return Instant.Min(
            Instant.Min(life, channels),
            Instant.Min(_ice.PollTimeout(), _dtls.PollTimeout())
        );
    }

    /// <summary>Ends the peer, telling the other side by close_notify if it can be told.</summary>
    public void Close(Instant now) => Close(PeerClosedReason.Requested, now);

    /// <summary>Says how many SSRCs the peer sends at a time; see <see cref="SrtpSession.ExpectSources"/>.</summary>
    public void ExpectSources(int count)
    {
        _sourcesExpected = Math.Max(_sourcesExpected, count);
        _srtp?.ExpectSources(_sourcesExpected);
    }

    /// <summary>Encrypts an RTP packet into place; see <see cref="SrtpSession.ProtectRtp"/>.</summary>
    [HotPath]
    public int ProtectRtp(
        Span<byte> destination,
        int headerLength,
        int prefixLength,
        ReadOnlySpan<byte> payloadTail
    ) => _srtp?.ProtectRtp(destination, headerLength, prefixLength, payloadTail) ?? 0;

    /// <summary>Encrypts an RTCP packet in place; 0 before keys exist or when it does not fit.</summary>
    [HotPath]
    public int ProtectRtcp(Span<byte> packet, int length) =>
        _srtp?.ProtectRtcp(packet, length) ?? 0;

    /// <inheritdoc/>
    public void Dispose()
    {
        _srtp?.Dispose();
        _dtls.Dispose();
    }

    /// <summary>Where DTLS goes: where media would go, the last nominated pair or, before any nomination, the last validated
    /// one. A handshake that came by another address is answered there: the check that chose could be one that somebody
    /// recorded and sent from elsewhere.</summary>
    private NetworkAddress HandshakePath =>
        State == PeerState.Connecting && _ice.IsValidated(_handshakePath)
            ? _handshakePath
            : _ice.Selected;

    private Instant IdleDeadline => _heardAt + _options.IdleTimeout;

    [HotPath]
    private PeerInput HandleStun(in NetworkAddress source, Span<byte> datagram, Instant now)
    {
        if (_ice.HandleDatagram(source, datagram, now) != IceInput.Accepted)
        {
            return Drop(DropReason.Stun);
        }

        _heardAt = now;
        DrainIce(now);
        return new PeerInput(PeerInputKind.Check, 0);
    }

    private PeerInput HandleDtls(in NetworkAddress source, Span<byte> datagram, Instant now)
    {
        if (!_ice.IsValidated(source))
        {
            return Drop(DropReason.AddressNotValidated);
        }

        var wasConnecting = State == PeerState.Connecting;
        while (_dtls.HandleRecord(ref datagram, out var data, now))
        {
            DrainDtls(now);
            if (!data.IsEmpty)
            {
                HandleData(data, now);
            }
        }

        DrainDtls(now);
        if (wasConnecting)
        {
            NoteHandshake(source, now);
        }

        return PeerInput.None;
    }

    /// <summary>Notes by which address the handshake comes. One whose records nobody answers does not change it, but for
    /// the one that is selected: a client that went there may only repeat what was answered.</summary>
    private void NoteHandshake(in NetworkAddress source, Instant now)
    {
        if (State == PeerState.Connected)
        {
            _ice.HandleKeysAgreed(source, now);
            DrainIce(now);
        }
        else if (_dtls.HasFlight || source == _ice.Selected)
        {
            _handshakePath = source;
        }
    }

    /// <summary>Takes an SCTP packet, which is authentic.</summary>
    private void HandleData(ReadOnlySpan<byte> data, Instant now)
    {
        if (_options.Liveness == PeerLiveness.ConsentOrMedia)
        {
            _heardAt = now;
        }

        Channels?.HandleDatagram(data, now);
    }

    /// <summary>The next SCTP packet, encrypted. Without consent they wait: SCTP repeats what is due.</summary>
    private int PollChannels(Span<byte> destination, Instant now)
    {
        if (Channels is null || !MayProtect(now) || destination.Length < ChannelDatagramBytesMin)
        {
            return 0;
        }

        var room = destination[DtlsRecordLayer.TextOffset..^DtlsRecordLayer.TagBytes];
        var length = Channels.PollDatagram(room, now);
        return length == 0 ? 0 : _dtls.Protect(destination, length);
    }

    [HotPath]
    private PeerInput HandleSrtp(
        in NetworkAddress source,
        Span<byte> datagram,
        PeerInputKind kind,
        Instant now
    )
    {
        if (!_ice.IsValidated(source))
        {
            return Drop(DropReason.AddressNotValidated);
        }

        if (_srtp is null)
        {
            return Drop(DropReason.NoKeys);
        }

        var error =
            kind == PeerInputKind.Rtp
                ? _srtp.UnprotectRtp(datagram, out var length)
                : _srtp.UnprotectRtcp(datagram, out length);
        if (error != SrtpError.None)
        {
            return Drop(
                error is SrtpError.Replayed or SrtpError.TooOld
                    ? DropReason.Replayed
                    : DropReason.NotAuthentic
            );
        }

        if (!_hasHeardMedia)
        {
            _hasHeardMedia = true;
            _dtls.HandleKeysUsed();
        }

        if (_ice.HandleFresh(source, now))
        {
            DrainIce(now);
        }

        if (_options.Liveness == PeerLiveness.ConsentOrMedia)
        {
            _heardAt = now;
        }

        return new PeerInput(kind, length);
    }

    private void DrainIce(Instant now)
    {
        while (_ice.PollEvent(out var iceEvent))
        {
            switch (iceEvent.Kind)
            {
                case IceEventKind.AddressValidated:
                    Raise(new PeerEvent(PeerEventKind.AddressValidated, iceEvent.Address));
                    HandleFirstAddress(now);
                    break;
                case IceEventKind.PairSelected:
                    Raise(new PeerEvent(PeerEventKind.AddressSelected, iceEvent.Address));
                    break;
                case IceEventKind.AddressForgotten:
                    Raise(new PeerEvent(PeerEventKind.AddressForgotten, iceEvent.Address));
                    break;
                case IceEventKind.Failed:
                    HandleNoPath(now);
                    break;
                case IceEventKind.ConsentLost:
                    _hasConsent = false;
                    break;
                case IceEventKind.ConsentRestored:
                    _hasConsent = true;
                    break;
                case IceEventKind.Restarted:
                    // It shows as a newly selected pair.
                    break;
                default:
                    throw new System.Diagnostics.UnreachableException();
            }
        }
    }

    private void HandleFirstAddress(Instant now)
    {
        // Where an address has to be proved first, it consents when it is.
        _hasConsent |= !_ice.NeedsProofs;
        if (State == PeerState.New)
        {
            State = PeerState.Connecting;
        }

        if (!_hasStartedDtls)
        {
            _hasStartedDtls = true;
            _dtls.Start(now);
            DrainDtls(now);
        }
    }

    /// <summary>Before keys exist, no path is the end; a connected peer that sends media without STUN is
    /// only not sent to any more.</summary>
    private void HandleNoPath(Instant now)
    {
        _hasConsent = false;
        if (State != PeerState.Connected)
        {
            Close(PeerClosedReason.ConnectTimeout, now);
        }
    }

    private void DrainDtls(Instant now)
    {
        while (_dtls.PollEvent(out var dtlsEvent))
        {
            switch (dtlsEvent.Kind)
            {
                case DtlsEventKind.Connected:
                    HandleKeys(now);
                    break;
                case DtlsEventKind.Failed:
                    Close(Reason(dtlsEvent.Failure), now);
                    break;
                case DtlsEventKind.ClosedByPeer:
                    Close(PeerClosedReason.ClosedByPeer, now);
                    break;
                default:
                    throw new System.Diagnostics.UnreachableException();
            }
        }
    }

    private static PeerClosedReason Reason(DtlsFailure failure) =>
        failure switch
        {
            DtlsFailure.FingerprintMismatch => PeerClosedReason.FingerprintMismatch,
            DtlsFailure.Timeout => PeerClosedReason.ConnectTimeout,
            DtlsFailure.Refused or DtlsFailure.None => PeerClosedReason.HandshakeFailed,
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    private void HandleKeys(Instant now)
    {
        if (State == PeerState.Closed)
        {
            return;
        }

        if (_dtls.Keys is { } keys)
        {
            _srtp = CreateSession(keys);
        }
        else if (Channels is null)
        {
            Close(PeerClosedReason.HandshakeFailed, now);
            return;
        }

        _heardAt = now;
        State = PeerState.Connected;
        Channels?.Connect(now);
        Raise(new PeerEvent(PeerEventKind.Connected, _ice.Selected));
    }

    private void CheckDeadlines(Instant now)
    {
        if (State is PeerState.New or PeerState.Connecting && now >= _connectDeadline)
        {
            Close(PeerClosedReason.ConnectTimeout, now);
        }
        else if (State == PeerState.Connected && now >= IdleDeadline)
        {
            Close(PeerClosedReason.IdleTimeout, now);
        }
    }

    private void Close(PeerClosedReason reason, Instant now)
    {
        if (State == PeerState.Closed)
        {
            return;
        }

        State = PeerState.Closed;
        ClosedReason = reason;
        _dtls.Close(now);
        Raise(new PeerEvent(PeerEventKind.Closed, Reason: reason));
    }

    private void Raise(PeerEvent raised)
    {
        if (_events.Count == EventsMax)
        {
            _events.Dequeue();
        }

        _events.Enqueue(raised);
    }

    [HotPath]
    private PeerInput Drop(DropReason reason)
    {
        _drops[(int)reason]++;
        return PeerInput.None;
    }
}
