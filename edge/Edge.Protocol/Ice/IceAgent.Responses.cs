using Edge.Primitives;
using Edge.Protocol.Ice.Checks;
using Edge.Wire.Stun;

namespace Edge.Protocol.Ice;

// Answers to our checks (RFC 8445 §7.2.5) and the checks for consent (RFC 7675 §5.1).
public sealed partial class IceAgent
{
    private IceInput HandleResponse(in NetworkAddress source, in StunMessage response, Instant now)
    {
        if (!_sender.Transactions.TryFind(response.TransactionId, in source, out var transaction))
        {
            return HandleProof(in source, in response, now);
        }

        var authentication = Authenticate(in response, transaction.Generation.RemotePassword);
        if (authentication != IceInput.Accepted)
        {
            return authentication;
        }

        _stats.ResponsesAccepted++;
        _sender.Transactions.Remove(transaction.Id);
        var isCurrent = transaction.Generation == _current || transaction.Generation == _previous;
        if (!isCurrent || State == IceState.ConsentLost)
        {
            return IceInput.Accepted;
        }

        if (response.Class == StunClass.SuccessResponse)
        {
            HandleSuccess(in transaction, now);
        }
        else
        {
            response.TryReadErrorCode(out var code);
            HandleRefusal(in transaction, code, now);
        }

        RunChecks(now);
        return IceInput.Accepted;
    }

    private void HandleSuccess(in IceTransaction transaction, Instant now)
    {
        var address = transaction.Address;
        NoteAuthenticated(in address, now);
        _path.NoteConsent(in address, now);
        _timers.Set(IceTimer.Consent, _path.ExpiresAt);

        if (transaction.Generation != _current || transaction.Kind == IceCheckKind.Consent)
        {
            return;
        }

        if (transaction.Kind == IceCheckKind.Nomination && _roles.Role == IceRole.Controlling)
        {
            Nominate(in address, _current, now);
            return;
        }

        var isNominatedByPeer = _checks.HandleSuccess(in address, _roles.Role, now);
        if (State is IceState.Checking or IceState.Validated)
        {
            Select(in address, _current);
            Transition(IceState.Validated);
        }

        if (isNominatedByPeer)
        {
            Nominate(in address, _current, now);
        }
    }

    /// <summary>Takes an authenticated error response to a check of ours.</summary>
    private void HandleRefusal(in IceTransaction transaction, StunErrorCode code, Instant now)
    {
        var address = transaction.Address;
        if (code == StunErrorCode.RoleConflict)
        {
            _roles.HandleRefusal(transaction.Role);
            _checks.HandleRoleSwitch(in address, _roles.Role, now);
        }
        else if (code == StunErrorCode.Forbidden && transaction.Kind == IceCheckKind.Consent)
        {
            // RFC 7675 §5.2: the peer withdraws its consent.
            _path.WithdrawConsent();
            LoseConsent();
        }
        else if (transaction.Kind != IceCheckKind.Consent && transaction.Generation == _current)
        {
            _checks.HandleRefusal(in address);
        }
    }

    private void ScheduleConsentCheck(Instant now)
    {
        var spread = _options.ConsentIntervalMax - _options.ConsentIntervalMin;
        var interval = _options.ConsentIntervalMin + (spread * _random.NextDouble());
        _timers.Set(IceTimer.ConsentCheck, now + interval);
    }

    /// <summary>Asks for consent with a transaction of its own each time, never retransmitted
    /// (RFC 7675 §5.1).</summary>
    private void SendConsentCheck(Instant now)
    {
        var check = new IceCheck(
            _path.Selected,
            StunTransactionId.Create(_random),
            IceCheckKind.Consent,
            IsRetransmission: false
        );
        _sender.SendCheck(in check, _path.SelectedUnder ?? _current, _roles, ref _stats);
        ScheduleConsentCheck(now);
    }
}
