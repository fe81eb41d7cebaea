using System.Collections.Immutable;
using Edge.Primitives;
using Edge.Protocol.Srtp;

namespace Edge.Protocol.Dtls;

/// <summary>One peer's DTLS association: handshake, fingerprint check, keys for SRTP, closing.</summary>
/// <remarks>
/// What is not authenticated never ends it: forged or broken records are kept from the engines, an engine
/// that input made fail is dropped and its alerts stay unsent, and a server answers several ClientHellos
/// side by side, because a forged one looks like the peer's until the peer signs. Retransmission follows our clock only
/// (RFC 6347 §4.2.4). Drain <see cref="PollTransmit"/> and <see cref="PollEvent"/> after each input.
/// Threads: one owner. Owner: dispose it; until then <see cref="PollTransmit"/> may hold a close_notify.
/// </remarks>
public sealed partial class DtlsAssociation : IDisposable
{
    private static readonly int TimerCount = Enum.GetValues<Timer>().Length;

    private readonly IDtlsEngineFactory _engines;
    private ImmutableArray<CertificateFingerprint> _expected;
    private readonly DtlsOptions _options;
    private readonly TimerTable<Timer> _timers = new(TimerCount);
    private readonly Queue<DtlsEvent> _events = new();
    private readonly DtlsCandidates _candidates;
    private readonly ISrtpCipherFactory _ciphers;
    private DtlsRecordLayer? _records;
    private byte[]? _readBuffer;
    private long _receivedNumber;
    private bool _wantsGoodbye;
    private TimeSpan _wait;
    private long _recordsIgnored;
    private long _enginesFailed;
    private long _flightsRepeated;

    /// <summary>Makes an association that waits for <see cref="Start"/>.</summary>
    /// <param name="engines">Where engines come from; the association disposes what it makes.</param>
    /// <param name="role">Which side this end plays.</param>
    /// <param name="expected">The peer's fingerprints; its certificate must have one of them.</param>
    /// <param name="options">Timing.</param>
    /// <param name="ciphers">Ciphers of the record layer after the handshake.</param>
    public DtlsAssociation(
        IDtlsEngineFactory engines,
        DtlsRole role,
        ImmutableArray<CertificateFingerprint> expected,
        DtlsOptions options,
        ISrtpCipherFactory ciphers
    )
    {
        _engines = engines;
        _ciphers = ciphers;
        Role = role;
        _expected = expected;
        _options = options;
        _wait = options.RetransmitFirst;
        _candidates = new(options.EngineInterval);
    }

    /// <summary>The deadlines of an association.</summary>
    private enum Timer
    {
        /// <summary>The handshake must be complete: set by Start, cleared when it is.</summary>
        Handshake,

        /// <summary>The flight is due again: set when one was sent, cleared when connected.</summary>
        Retransmit,

        /// <summary>A client begins anew: set when its engine failed.</summary>
        Restart,
    }

    /// <summary>Which side this end plays.</summary>
    public DtlsRole Role { get; }

    /// <summary>Where the association is in its life.</summary>
    public DtlsState State { get; private set; }

    /// <summary>Keys for SRTP once connected; null before, and when the peers agreed on no profile.</summary>
    public SrtpKeyingMaterial? Keys { get; private set; }

    /// <summary>Counters of what was received.</summary>
    public DtlsStats Stats => new(_recordsIgnored, _enginesFailed, _flightsRepeated);

    /// <summary>Starts the handshake and its deadline: call it when the first address is validated.</summary>
    public void Start(Instant now)
    {
        if (State != DtlsState.New)
        {
            return;
        }

        Transition(DtlsState.Handshaking);
        _timers.Set(Timer.Handshake, now + _options.HandshakeTimeout);
        if (Role == DtlsRole.Client)
        {
            StartClient(now);
        }
    }

    /// <summary>Takes a datagram whose first byte is 20 to 63 (RFC 7983 §7), for an owner who wants no
    /// application data.</summary>
    public void HandleDatagram(Span<byte> datagram, Instant now)
    {
        while (HandleRecord(ref datagram, out _, now))
        {
            // Its application data, if any, is not wanted.
        }
    }

    /// <summary>Takes the next record of a datagram; false when nothing is left of it.</summary>
    /// <param name="rest">What is left of the datagram, decrypted in place.</param>
    /// <param name="data">The record's application data, authenticated; empty when it has none. Borrowed
    /// until the next call.</param>
    /// <param name="now">The time.</param>
    public bool HandleRecord(ref Span<byte> rest, out ReadOnlySpan<byte> data, Instant now)
    {
        data = default;
        if (rest.IsEmpty)
        {
            return false;
        }

        if (!DtlsRecord.TryRead(rest, out var record))
        {
            _recordsIgnored++;
            rest = default;
            return false;
        }

        var bytes = rest[..record.Bytes.Length];
        rest = rest[bytes.Length..];
        data = _records is null ? HandleRecord(record, now) : HandleProtected(bytes, record.Type);
        return true;
    }

    /// <summary>Does what is due.</summary>
    public void HandleTimeout(Instant now)
    {
        if (_timers.TryExpire(Timer.Handshake, now))
        {
            Fail(_enginesFailed > 0 ? DtlsFailure.Refused : DtlsFailure.Timeout);
            return;
        }

        if (_timers.TryExpire(Timer.Restart, now))
        {
            StartClient(now);
        }

        if (_timers.TryExpire(Timer.Retransmit, now) && _candidates.Latest is { } latest)
        {
            // Only the handshake that the peer spoke of last: another's flight could mislead it.
            _flightsRepeated++;
            latest.Engine.Retransmit();
            Lengthen();
            _timers.Set(Timer.Retransmit, now + _wait);
            HandleProgress(latest, now);
        }
    }

    /// <summary>Says goodbye with close_notify when connected; ends silently otherwise.</summary>
    public void Close(Instant now)
    {
        _ = now;
        if (State is DtlsState.Closed or DtlsState.Failed)
        {
            return;
        }

        if (State == DtlsState.Connected)
        {
            SayGoodbye();
        }
        else
        {
            _candidates.Dispose();
        }

        End(DtlsState.Closed);
    }

    /// <summary>Whether a handshake has something to say.</summary>
    public bool HasFlight
    {
        get
        {
            for (var index = 0; index < _candidates.Count; index++)
            {
                if (_candidates[index].Engine.HasTransmit)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Whether the peer was sent a flight of ours.</summary>
    public bool HasBegun => Role == DtlsRole.Client || _candidates.IsAnyAnswered;

    /// <summary>Writes the next outgoing datagram; 0 when there is none.</summary>
    public int PollTransmit(Span<byte> destination)
    {
        if (_wantsGoodbye && _records is not null)
        {
            _wantsGoodbye = false;
            return WriteGoodbye(destination, _records);
        }

        for (var index = 0; index < _candidates.Count; index++)
        {
            var length = _candidates[index].Engine.PollTransmit(destination);
            if (length > 0)
            {
                return length;
            }
        }

        return 0;
    }

    /// <summary>Takes the next event.</summary>
    public bool PollEvent(out DtlsEvent occurred) => _events.TryDequeue(out occurred);

    /// <summary>When <see cref="HandleTimeout"/> is due.</summary>
    public Instant PollTimeout() => _timers.Next;

    /// <inheritdoc/>
    public void Dispose()
    {
        _candidates.Dispose();
        _records?.Dispose();
        EraseKeys();
    }

    /// <summary>What the gate has to expect now.</summary>
    private DtlsGatePhase Phase =>
        State == DtlsState.Connected ? DtlsGatePhase.Connected
        : Role == DtlsRole.Client ? DtlsGatePhase.Client
        : _candidates.IsAnyAnswered ? DtlsGatePhase.ServerAfterHello
        : DtlsGatePhase.ServerBeforeHello;

    private ReadOnlySpan<byte> HandleRecord(scoped in DtlsRecord record, Instant now)
    {
        if (
            State is not (DtlsState.Handshaking or DtlsState.Connected)
            || !DtlsRecordGate.Admits(record, Phase)
        )
        {
            _recordsIgnored++;
            return default;
        }

        if (
            Role == DtlsRole.Server
            && State == DtlsState.Handshaking
            && DtlsRecordGate.IsClientHello(record)
        )
        {
            HandleClientHello(record, now);
            return default;
        }

        // Backwards, because an engine that fails is taken out.
        for (var index = _candidates.Count - 1; index >= 0 && index < _candidates.Count; index--)
        {
            if (Role == DtlsRole.Client || _candidates[index].IsAnswered)
            {
                Feed(_candidates[index], record, now);
            }
        }

        return ReadData(record);
    }

    private void HandleClientHello(in DtlsRecord record, Instant now)
    {
        var hello = DtlsHelloKey.Read(record.Fragment);
        var candidate = _candidates.Find(hello);
        if (candidate is { IsAnswered: true })
        {
            // A repeat: our flight is on its way, or its timer runs.
            return;
        }

        if (candidate is null)
        {
            if (!_candidates.TryTakeTurn(record.Digest, now))
            {
                _recordsIgnored++;
                return;
            }

            candidate = _candidates.Add(_engines.Create(Role), hello);
        }

        Feed(candidate, record, now);
    }

    private void Feed(DtlsCandidate candidate, in DtlsRecord record, Instant now)
    {
        var engine = candidate.Engine;
        var isFirst = !candidate.WasFed;
        candidate.WasFed = true;
        var hadTransmit = engine.HasTransmit;
        var status = engine.HandleDatagram(record.Bytes);
        if (status == DtlsEngineStatus.Handshaking && !hadTransmit && engine.HasTransmit)
        {
            candidate.IsAnswered = true;
            _wait = _options.RetransmitFirst;
            _timers.Set(Timer.Retransmit, now + _wait);
        }

        if (status == DtlsEngineStatus.Failed && isFirst && Role == DtlsRole.Server)
        {
            _candidates.Refuse(record.Digest);
        }

        HandleProgress(candidate, now);
    }

    private void StartClient(Instant now)
    {
        var candidate = _candidates.Add(_engines.Create(Role), default);
        candidate.Engine.Start();
        _timers.Set(Timer.Retransmit, now + _wait);
        HandleProgress(candidate, now);
    }

    private void HandleProgress(DtlsCandidate candidate, Instant now)
    {
        switch (candidate.Engine.Status)
        {
            case DtlsEngineStatus.Handshaking:
                return;
            case DtlsEngineStatus.Connected:
                if (State == DtlsState.Handshaking)
                {
                    Connect(candidate);
                }

                return;
            case DtlsEngineStatus.ClosedByPeer:
                HandleGoodbye(candidate);
                return;
            case DtlsEngineStatus.Failed:
                HandleEngineFailure(candidate, now);
                return;
            default:
                return;
        }
    }

    /// <summary>Compares the fingerprint before any key is given out (RFC 8827 §6.5).</summary>
    private void Connect(DtlsCandidate candidate)
    {
        if (!CertificateDigest.MatchesAny(candidate.Engine.PeerCertificate, _expected))
        {
            Fail(DtlsFailure.FingerprintMismatch);
            return;
        }

        _candidates.Keep(candidate);
        Keys = candidate.Engine.TryExportSrtpKeys(Role, out var keys) ? keys : null;
        End(DtlsState.Connected);
        _events.Enqueue(new(DtlsEventKind.Connected, DtlsFailure.None));
    }

    private void HandleGoodbye(DtlsCandidate candidate)
    {
        if (State == DtlsState.Handshaking)
        {
            // It came in one datagram with the peer's last flight.
            Connect(candidate);
        }

        if (State != DtlsState.Connected)
        {
            return;
        }

        SayGoodbye();
        End(DtlsState.Closed);
        _events.Enqueue(new(DtlsEventKind.ClosedByPeer, DtlsFailure.None));
    }

    /// <summary>An established association outlives its engine: media needs the keys only.</summary>
    private void HandleEngineFailure(DtlsCandidate candidate, Instant now)
    {
        _candidates.Remove(candidate);
        _enginesFailed++;
        if (State != DtlsState.Handshaking)
        {
            return;
        }

        if (_candidates.Count == 0)
        {
            _timers.Clear(Timer.Retransmit);
        }

        if (Role == DtlsRole.Client)
        {
            _timers.Set(Timer.Restart, now + _wait);
            Lengthen();
        }
    }

    private void Fail(DtlsFailure failure)
    {
        _candidates.Dispose();
        End(DtlsState.Failed);
        _events.Enqueue(new(DtlsEventKind.Failed, failure));
    }

    /// <summary>Leaves the handshake.</summary>
    private void End(DtlsState state)
    {
        _timers.Clear(Timer.Handshake);
        _timers.Clear(Timer.Retransmit);
        _timers.Clear(Timer.Restart);
        Transition(state);
    }

    private void Lengthen() =>
        _wait = _wait * 2 < _options.RetransmitMax ? _wait * 2 : _options.RetransmitMax;

    private void Transition(DtlsState next)
    {
        System.Diagnostics.Debug.Assert(IsAllowed(State, next), $"{State} to {next}.");
        State = next;
    }

    private static bool IsAllowed(DtlsState state, DtlsState next) =>
        state switch
        {
            DtlsState.New => next is DtlsState.Handshaking or DtlsState.Closed,
            DtlsState.Handshaking => next
                is DtlsState.Connected
                    or DtlsState.Failed
                    or DtlsState.Closed,
            DtlsState.Connected => next is DtlsState.Closed,
            DtlsState.Closed or DtlsState.Failed => false,
            _ => false,
        };
}
