using Edge.Primitives;
using Edge.Protocol.Ice.Checks;
using Edge.Protocol.Ice.Messages;
using Edge.Wire.Stun;

namespace Edge.Protocol.Ice;

// The peer's checks: RFC 8445 §7.3.
public sealed partial class IceAgent
{
    /// <summary>Whether a datagram is a check of the peer that would be taken. Changes nothing, not even counts.</summary>
    public bool IsCheckOfPeer(ReadOnlySpan<byte> datagram) =>
        State != IceState.Failed
        && StunMessage.TryParse(datagram, out var message) == StunParseError.None
        && message is { Method: StunMethod.Binding, Class: StunClass.Request }
        && FindGeneration(in message) is { } generation
        && message.HasValidFingerprintOrNone
        && message.VerifyIntegrity(generation.LocalPassword);

    private IceInput HandleRequest(in NetworkAddress source, in StunMessage request, Instant now)
    {
        var generation = FindGeneration(in request);
        if (generation is null)
        {
            _stats.UnknownUsernames++;
            return IceInput.UnknownUsername;
        }

        var authentication = Authenticate(in request, generation.LocalPassword);
        if (authentication != IceInput.Accepted)
        {
            return authentication;
        }

        var answer = new IceOutgoing
        {
            Address = source,
            TransactionId = request.TransactionId,
            Generation = generation,
            LengthMax = request.Length,
        };
        if (!IsAcceptable(in request, ref answer, now))
        {
            _sender.Send(in answer, ref _stats);
            return IceInput.Refused;
        }

        _stats.RequestsAccepted++;
        answer.Kind = IceOutgoingKind.Success;
        _sender.Send(in answer, ref _stats);
        NoteAuthenticated(in source, now);
        if (_mode == IceMode.Lite)
        {
            AcceptAsLite(in source, generation, in request, now);
        }
        else
        {
            AcceptAsFull(in source, generation, request.HasUseCandidate, now);
        }

        return IceInput.Accepted;
    }

    /// <summary>Looks for what makes an authenticated request one to be refused.</summary>
    private bool IsAcceptable(in StunMessage request, ref IceOutgoing answer, Instant now)
    {
        answer.UnknownCount = request.FindUnknownRequired(answer.Unknown);
        if (answer.UnknownCount > 0)
        {
            _stats.UnknownAttributes++;
            answer.Kind = IceOutgoingKind.UnknownAttributes;
            return false;
        }

        var role = _roles.Role;
        if (!_roles.TryResolve(in request))
        {
            _stats.RoleConflicts++;
            answer.Kind = IceOutgoingKind.RoleConflict;
            return false;
        }

        if (_roles.Role != role)
        {
            _checks.HandleRoleSwitch(default, _roles.Role, now);
        }

        return true;
    }

    /// <summary>A lite agent takes any authenticated check for a working pair and for consent, and
    /// USE-CANDIDATE for the peer's choice (RFC 8445 §7.3.2): the latest one holds.</summary>
    private void AcceptAsLite(
        in NetworkAddress source,
        IceGeneration generation,
        in StunMessage request,
        Instant now
    )
    {
        _timers.Clear(IceTimer.Establish);
        if (NeedsProof(in source, now))
        {
            AcceptUnproved(in source, generation, in request, now);
            return;
        }

        var isNominated = request.HasUseCandidate;
        var isWanted = isNominated || MayReplace(in source, now);
        _path.NoteConsent(in source, now);
        if (isWanted)
        {
            Use(in source, generation, isNominated, now);
        }
    }

    /// <summary>Sends to an address from now on, which the peer wants by a check.</summary>
    private void Use(
        in NetworkAddress source,
        IceGeneration generation,
        bool isNominated,
        Instant now
    )
    {
        var wasLost = State == IceState.ConsentLost || (State == IceState.Waiting && HasSelected);
        if (isNominated)
        {
            Nominate(in source, generation, now);
        }
        else
        {
            Select(in source, generation);
            if (State != IceState.Nominated)
            {
                Transition(generation.IsNominated ? IceState.Nominated : IceState.Validated);
            }
        }

        if (wasLost)
        {
            Raise(IceEventKind.ConsentRestored, in source);
        }
    }

    /// <summary>Whether a check that does not nominate is enough for its address to be used.</summary>
    private bool MayReplace(in NetworkAddress source, Instant now)
    {
        var isFree = !_current.IsNominated && _previous is null or { IsNominated: false };
        return isFree || !MaySend(now) || source == _path.Selected || IsSelectedSilent(now);
    }

    /// <summary>Whether the selected address missed its consent checks while others come: a NAT gave the
    /// client another address and the client, which cannot know, does not nominate anew (Firefox).</summary>
    private bool IsSelectedSilent(Instant now) => now - _path.ConsentAt > _options.SilenceMax;

    private void AcceptAsFull(
        in NetworkAddress source,
        IceGeneration generation,
        bool isNominated,
        Instant now
    )
    {
        if (generation != _current || State == IceState.ConsentLost)
        {
            return;
        }

        var isByPeer = isNominated && _roles.Role == IceRole.Controlled;
        if (_checks.HandleRequest(in source, isByPeer))
        {
            Nominate(in source, generation, now);
        }

        RunChecks(now);
    }

    private IceGeneration? FindGeneration(in StunMessage request)
    {
        if (!request.TryReadUsername(out var local, out _))
        {
            return null;
        }

        if (local.SequenceEqual(_current.LocalFragment))
        {
            return _current;
        }

        return _previous is not null && local.SequenceEqual(_previous.LocalFragment)
            ? _previous
            : null;
    }
}
