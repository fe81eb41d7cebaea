using System.Diagnostics;
using Edge.Primitives;
using Edge.Protocol.Ice.Checks;
using Edge.Protocol.Ice.Messages;
using Edge.Protocol.Ice.Paths;
using Edge.Wire.Stun;

namespace Edge.Protocol.Ice;

/// <summary>One side of one ICE session over one component.</summary>
/// <remarks>
/// Sans-IO: datagrams in by <see cref="HandleDatagram"/>, out by <see cref="PollTransmit"/>; the next
/// deadline is <see cref="PollTimeout"/>. Threads: one owner. Sources: RFC 8445 (ICE), RFC 8489 (STUN),
/// RFC 7675 (consent). NOTES.md of this folder lists what is assumed and what is left out.
/// </remarks>
public sealed partial class IceAgent
{
    private const int TimerCount = 3;

    private readonly IceMode _mode;
    private readonly Prng _random;
    private readonly IceOptions _options;
    private readonly TimerTable<IceTimer> _timers = new(TimerCount);
    private readonly IcePath _path;
    private readonly IceRoles _roles;
    private readonly IceCheckList _checks;
    private readonly IceSender _sender = new();
    private readonly IceEvents _events = new();
    private IceGeneration _current;
    private IceGeneration? _previous;
    private IceStats _stats;

    /// <summary>Makes an agent; nothing is sent or timed before its first input.</summary>
    public IceAgent(IceMode mode, IceCredentials local, Prng random, IceOptions options)
    {
        _mode = mode;
        _random = random;
        _options = options;
        _path = new IcePath(options.ConsentTimeout);
        _roles = new IceRoles(mode, random);
        _current = new IceGeneration(local);
        _checks = new IceCheckList(options, random);
    }

    /// <summary>How far the agent has come.</summary>
    public IceState State { get; private set; }

    /// <summary>The credentials to be announced to the peer: those of the latest restart.</summary>
    public IceCredentials Local => _current.Local;

    /// <summary>The credentials before a restart that still work; null when there are none.</summary>
    public IceCredentials? PreviousLocal => _previous?.Local;

    /// <summary>Whether <see cref="Selected"/> has a value.</summary>
    public bool HasSelected => _path.SelectedUnder is not null;

    /// <summary>Where datagrams for the peer go: the last nominated address, before any nomination the
    /// last validated one. Empty when there is none.</summary>
    public NetworkAddress Selected => _path.Selected;

    /// <summary>When the peer last consented to receive on <see cref="Selected"/>;
    /// <see cref="Instant.Never"/> while it never did.</summary>
    public Instant LastConsentAt => _path.ConsentAt;

    /// <summary>Counts since the agent was made.</summary>
    public ref readonly IceStats Stats => ref _stats;

    /// <summary>Reads whose agent a datagram is for, before anything is authenticated.</summary>
    /// <returns>False when it is no binding request with a USERNAME.</returns>
    public static bool TryReadLocalUfrag(ReadOnlySpan<byte> datagram, out ReadOnlySpan<byte> ufrag)
    {
        ufrag = default;
        return StunMessage.TryParse(datagram, out var message) == StunParseError.None
            && message.Method == StunMethod.Binding
            && message.Class == StunClass.Request
            && message.TryReadUsername(out ufrag, out _);
    }

    /// <summary>Whether an address passed an authenticated check and was not forgotten since.</summary>
    [HotPath]
    public bool IsValidated(in NetworkAddress address) => _path.IsValidated(in address);

    /// <summary>Whether datagrams may be sent to <see cref="Selected"/> (RFC 7675 §5.1).</summary>
    [HotPath]
    public bool MaySend(Instant now) =>
        _path.HasConsent(now) && State is not (IceState.ConsentLost or IceState.Failed);

    /// <summary>Tells the peer's credentials and starts the clock within which a path has to be found.</summary>
    public void SetRemote(IceCredentials remote, Instant now)
    {
        ArgumentNullException.ThrowIfNull(remote);
        var isConcluded = _current.IsNominated || State is IceState.ConsentLost or IceState.Failed;
        if (isConcluded || !_current.TrySetRemote(remote))
        {
            return;
        }

        if (_mode == IceMode.Lite)
        {
            ArmEstablishTimer(isNeeded: State == IceState.Waiting, now);
            return;
        }

        ArmEstablishTimer(isNeeded: true, now);
        if (State == IceState.Waiting)
        {
            Transition(IceState.Checking);
        }

        _checks.Start();
        RunChecks(now);
    }

    /// <summary>Adds an address to check; better ones come first. Does nothing for a lite agent, which
    /// sends no checks.</summary>
    public void AddRemoteCandidate(in NetworkAddress candidate, Instant now)
    {
        if (_mode == IceMode.Lite)
        {
            return;
        }

        _checks.Add(in candidate);
        RunChecks(now);
    }

    /// <summary>Starts an ICE restart: the credentials so far keep working until a check with the new
    /// ones is nominated (RFC 8445 §9).</summary>
    /// <param name="newLocal">What is announced from now on.</param>
    /// <param name="newRemote">The peer's new credentials, or null when <see cref="SetRemote"/> follows.</param>
    /// <param name="now">The time.</param>
    public void RestartLocal(IceCredentials newLocal, IceCredentials? newRemote, Instant now)
    {
        ArgumentNullException.ThrowIfNull(newLocal);
        // A restart of a restart: the generation in use stays, the one nobody has nominated goes.
        if (_previous is null || _current.IsNominated)
        {
            _previous = _current;
        }

        _current = new IceGeneration(newLocal);
        var isWorking = State == IceState.Nominated || (_mode == IceMode.Lite && MaySend(now));
        if (!isWorking)
        {
            _timers.Clear(IceTimer.ConsentCheck);
            Transition(IceState.Waiting);
        }

        _checks.Stop();
        ArmEstablishTimer(isNeeded: !isWorking || _mode == IceMode.Controlling, now);
        if (newRemote is not null)
        {
            SetRemote(newRemote, now);
        }
    }

    /// <summary>Takes a received datagram whose first byte is 0 to 3.</summary>
    [HotPath]
    public IceInput HandleDatagram(
        in NetworkAddress source,
        ReadOnlySpan<byte> datagram,
        Instant now
    )
    {
        if (State == IceState.Failed)
        {
            _stats.AfterFailure++;
            return IceInput.AgentFailed;
        }

        if (StunMessage.TryParse(datagram, out var message) != StunParseError.None)
        {
            _stats.Malformed++;
            return IceInput.Malformed;
        }

        if (message.Method != StunMethod.Binding || message.Class == StunClass.Indication)
        {
            // Indications are keepalives that carry no credentials (RFC 8445 §11).
            _stats.NotAChecks++;
            return IceInput.NotACheck;
        }

        return message.Class == StunClass.Request
            ? HandleRequest(in source, in message, now)
            : HandleResponse(in source, in message, now);
    }

    /// <summary>Forgets an address that cannot be reached any more: the connection to it was closed (RFC 6544
    /// §7.1). Another one that consents is used instead; without any, nothing is sent until the peer's next
    /// check, from wherever it comes.</summary>
    public void HandlePathClosed(in NetworkAddress address, Instant now)
    {
        if (!_path.TryForget(in address))
        {
            return;
        }

        Raise(IceEventKind.AddressForgotten, in address);
        if (address != _path.Selected || !_path.TryFindOther(now, out var other))
        {
            return;
        }

        var generation = _path.SelectedUnder ?? _current;
        if (NeedsProofs)
        {
            Want(in other, generation, isNominated: false, now);
        }
        else
        {
            Select(in other, generation);
        }
    }

    /// <summary>Does what is due.</summary>
    public void HandleTimeout(Instant now)
    {
        if (_timers.TryExpire(IceTimer.Establish, now))
        {
            Fail();
        }

        if (_timers.TryExpire(IceTimer.Consent, now))
        {
            HandleConsentExpiry(now);
        }

        if (_timers.TryExpire(IceTimer.ConsentCheck, now))
        {
            SendConsentCheck(now);
        }

        RunChecks(now);
        SendRequests(now);
    }

    /// <summary>Writes the next datagram to send; 0 when there is none.</summary>
    [HotPath]
    public int PollTransmit(Span<byte> destination, Instant now, out TransmitMeta meta)
    {
        var length = _sender.TryWriteNext(destination, out var item, ref _stats);
        meta = new TransmitMeta(item.Address);
        return length;
    }

    /// <summary>Takes the oldest event; false when there is none.</summary>
    public bool PollEvent(out IceEvent iceEvent) => _events.TryTake(out iceEvent);

    /// <summary>When <see cref="HandleTimeout"/> is next due.</summary>
    public Instant PollTimeout() =>
        Instant.Min(Instant.Min(_timers.Next, _checks.NextAt), _path.Validated.NextRequestAt);

    /// <summary>A hash of everything that an unauthenticated datagram must not change.</summary>
    internal int ComputeStateHash()
    {
        var hash = new HashCode();
        hash.Add(State);
        hash.Add(_current);
        hash.Add(_current.IsNominated);
        hash.Add(_previous);
        hash.Add(_events.Count);
        hash.Add(_timers[IceTimer.Establish]);
        hash.Add(_timers[IceTimer.Consent]);
        hash.Add(_timers[IceTimer.ConsentCheck]);
        hash.Add(NeedsProofs);
        hash.Add(_wantedUntil);
        _path.AddTo(ref hash);
        _roles.AddTo(ref hash);
        _checks.AddTo(ref hash);
        _sender.AddTo(ref hash);
        return hash.ToHashCode();
    }

    /// <summary>Checks what protects a message; the counts are all that a wrong one changes.</summary>
    private IceInput Authenticate(in StunMessage message, ReadOnlySpan<byte> password)
    {
        if (!message.HasValidFingerprintOrNone)
        {
            _stats.BadFingerprints++;
            return IceInput.BadFingerprint;
        }

        // Deviates from RFC 8489 §9.1.3: no 400 or 401, because an answer to what is not authenticated
        // helps nobody but those who guess or reflect.
        if (!message.VerifyIntegrity(password))
        {
            _stats.BadIntegrities++;
            return IceInput.BadIntegrity;
        }

        return IceInput.Accepted;
    }

    private void NoteAuthenticated(in NetworkAddress address, Instant now)
    {
        var isNew = _path.NoteAuthenticated(in address, now, out var forgotten);
        if (!isNew)
        {
            return;
        }

        if (!forgotten.IsEmpty)
        {
            Raise(IceEventKind.AddressForgotten, in forgotten);
        }

        Raise(IceEventKind.AddressValidated, in address);
    }

    private void Nominate(in NetworkAddress address, IceGeneration generation, Instant now)
    {
        generation.IsNominated = true;
        Select(in address, generation);
        Transition(IceState.Nominated);
        if (generation == _current)
        {
            _timers.Clear(IceTimer.Establish);
            if (_previous is not null)
            {
                _previous = null;
                Raise(IceEventKind.Restarted, in address);
            }
        }

        if (_mode == IceMode.Controlling)
        {
            _checks.Conclude();
            ScheduleConsentCheck(now);
        }
    }

    private void Select(in NetworkAddress address, IceGeneration generation)
    {
        var isChange = _path.Select(in address, generation);
        _timers.Set(IceTimer.Consent, _path.ExpiresAt);
        if (isChange)
        {
            Raise(IceEventKind.PairSelected, in address);
        }
    }

    private void HandleConsentExpiry(Instant now)
    {
        // A path that the peer let die while it kept another one open: the open one is used. Where it has to be proved, it was
        // asked since the dead one missed its first check.
        if (!NeedsProofs && _path.TryFindOther(now, out var address))
        {
            Select(in address, _path.SelectedUnder ?? _current);
        }
        else
        {
            LoseConsent();
        }
    }

    private void LoseConsent()
    {
        _timers.Clear(IceTimer.Consent);
        _timers.Clear(IceTimer.ConsentCheck);
        var isRestarting = _mode == IceMode.Controlling && _previous is not null;
        if (isRestarting)
        {
            // The old path is gone, the search for the new one goes on.
            if (State == IceState.Nominated)
            {
                Transition(_current.HasRemote ? IceState.Checking : IceState.Waiting);
            }
        }
        else if (State is IceState.Validated or IceState.Nominated)
        {
            Transition(IceState.ConsentLost);
            _timers.Clear(IceTimer.Establish);
            _checks.Stop();
        }
        else
        {
            return;
        }

        Raise(IceEventKind.ConsentLost, _path.Selected);
    }

    private void Fail()
    {
        Transition(IceState.Failed);
        _timers.Clear(IceTimer.Consent);
        _timers.Clear(IceTimer.ConsentCheck);
        _checks.Stop();
        _path.Validated.EndProofs();
        Raise(IceEventKind.Failed, default);
    }

    private void ArmEstablishTimer(bool isNeeded, Instant now)
    {
        if (isNeeded)
        {
            _timers.Set(IceTimer.Establish, now + _options.EstablishTimeout);
        }
    }

    private void RunChecks(Instant now)
    {
        while (_checks.TryTakeDue(now, out var check))
        {
            _sender.SendCheck(in check, _current, _roles, ref _stats);
        }
    }

    private void Raise(IceEventKind kind, in NetworkAddress address)
    {
        if (!_events.TryAdd(new IceEvent(kind, address)))
        {
            _stats.EventOverflows++;
        }
    }

    private void Transition(IceState next)
    {
        Debug.Assert(
            IceTransitions.IsAllowed(State, next),
            "An ICE agent took a step that its state table does not have."
        );
        State = next;
    }
}
