using Anycast.Health.Peers;
using Anycast.Health.Rounds;
using Edge.Primitives;

namespace Anycast.Health;

/// <summary>Decides whether the node has the anycast address, from rounds of probes and from what other nodes say.</summary>
/// <remarks>
/// Sans-IO: rounds are its clock, and a decision falls only with one, with a death, or at the end. After each input
/// <see cref="PollDecision"/> is asked until it has none. The rules, and why they are so, stand in NOTES.md.
/// Threads: one owner.
/// </remarks>
public sealed class AnycastHealth
{
    private readonly HealthOptions _options;
    private readonly PeerTable _peers;
    private AddressHold _hold;
    private RoundCounts _counts = new();
    private HealthStats _stats;
    private HealthDecision? _decision;
    private HealthReason _withdrawnFor = HealthReason.Stopping;
    private Instant _announcedAt;
    private bool _isAnnounced;
    private bool _isStopped;
    private bool _isHeldBack;
    private bool _hasDied;

    /// <summary>Makes one that has not announced anything.</summary>
    public AnycastHealth(HealthOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _peers = new PeerTable(options.PeerSilenceMax);
        _hold = new AddressHold(options.Hold, options.HoldMax);
    }

    /// <summary>Whether the address is, or is to be, announced.</summary>
    public bool IsAnnounced => _isAnnounced;

    /// <summary>Whether the node looks ill and stays because no other has the address.</summary>
    public bool IsFailStatic { get; private set; }

    /// <summary>What the last round said.</summary>
    public RoundVerdict Verdict { get; private set; } = RoundVerdict.Halting;

    /// <summary>Until when the address stays withdrawn however well the node looks.</summary>
    public Instant HeldUntil => _hold.Until;

    /// <summary>The counters.</summary>
    public ref readonly HealthStats Stats => ref _stats;

    /// <summary>What is to be told to the other nodes of the PoP.</summary>
    public PeerReport Report =>
        !_isAnnounced ? PeerReport.Withdrawn
        : _counts.Bad > 0 ? PeerReport.Suspect
        : PeerReport.Announcing;

    /// <summary>Takes over what a former watcher left announced: it is neither withdrawn nor announced anew.</summary>
    public void HandleAnnounced(Instant now)
    {
        _isAnnounced = true;
        _announcedAt = now;
    }

    /// <summary>Takes what another node says; false when there are too many of them.</summary>
    public bool HandlePeer(string peer, PeerReport report, Instant now) =>
        _peers.TryNote(peer, report, now);

    /// <summary>Takes the answers of a round, and decides.</summary>
    public void HandleRound(MediaAnswer media, ReadinessAnswer readiness, Instant now)
    {
        if (_isStopped)
        {
            return;
        }

        _stats.Rounds++;
        Verdict = RoundVerdicts.Judge(media, readiness);
        _counts.Note(Verdict, now);
        _hasDied &= _counts.Good < _options.Rise;
        if (_isAnnounced)
        {
            DecideToGo(now);
        }
        else
        {
            DecideToCome(now);
        }
    }

    /// <summary>Takes it from the kernel that the node's process is no more, and decides.</summary>
    public void HandleDeath(Instant now)
    {
        if (_isStopped)
        {
            return;
        }

        if (!_isAnnounced)
        {
            _counts = new RoundCounts();
        }
        else if (_peers.Count(PeerReport.Announcing, now) > 0)
        {
            _counts = new RoundCounts();
            WithdrawAndHold(HealthReason.Dead, now);
        }
        else
        {
            // The last one that has the address goes by rounds: nobody else would take its packets meanwhile, and the
            // next process may be there before they are over.
            _hasDied = true;
            _counts.ForgetGood();
        }
    }

    /// <summary>Withdraws for good: the watcher ends.</summary>
    public void HandleStop()
    {
        _isStopped = true;
        if (_isAnnounced)
        {
            Withdraw(HealthReason.Stopping);
        }
    }

    /// <summary>The next decision; false when there is none.</summary>
    public bool PollDecision(out HealthDecision decision)
    {
        decision = _decision.GetValueOrDefault();
        var hasOne = _decision is not null;
        _decision = null;
        return hasOne;
    }

    private void DecideToGo(Instant now)
    {
        var wasFailStatic = IsFailStatic;
        IsFailStatic = false;
        if (Verdict == RoundVerdict.Draining)
        {
            // Asked for, so no fault: the process that comes after it may announce as soon as it is healthy.
            Withdraw(HealthReason.Draining);
        }
        else if (_counts.Dead >= _options.Fall || IsDeadForSure(now))
        {
            WithdrawAndHold(HealthReason.Dead, now);
        }
        else if (_counts.HungFor(now) >= _options.HungMax)
        {
            WithdrawAndHold(HealthReason.Hung, now);
        }
        else if (_counts.Bad >= _options.Fall)
        {
            GoIfAnotherStays(wasFailStatic, now);
        }
    }

    /// <summary>Whether its process has died, none is there yet, and another is heard by now to have the address.</summary>
    private bool IsDeadForSure(Instant now) =>
        _hasDied && _counts.Bad > 0 && _peers.Count(PeerReport.Announcing, now) > 0;

    /// <summary>What looks wrong here may be wrong with the looking: the last node that has the address keeps it.</summary>
    private void GoIfAnotherStays(bool wasFailStatic, Instant now)
    {
        if (_peers.Count(PeerReport.Announcing, now) > 0)
        {
            WithdrawAndHold(HealthReason.Ill, now);
            return;
        }

        IsFailStatic = true;
        _stats.FailStatic += wasFailStatic ? 0 : 1;
    }

    private void DecideToCome(Instant now)
    {
        var isHealthy = _counts.Good >= _options.Rise;
        if (!isHealthy && !IsMissed(now))
        {
            _isHeldBack = false;
            return;
        }

        if (now < _hold.Until)
        {
            _stats.HeldBack += isHealthy && !_isHeldBack ? 1 : 0;
            _isHeldBack = isHealthy;
            return;
        }

        _isHeldBack = false;
        _isAnnounced = true;
        _announcedAt = now;
        IsFailStatic = !isHealthy;
        _decision = new(
            HealthAction.Announce,
            isHealthy ? HealthReason.Healthy : HealthReason.NobodyElse
        );
    }

    /// <summary>Whether it went because another stayed, and now no node has the address any more: two that went in
    /// the same moment, each for the other's sake.</summary>
    private bool IsMissed(Instant now) =>
        _withdrawnFor == HealthReason.Ill
        && Verdict == RoundVerdict.Bad
        && _peers.Count(PeerReport.Announcing, now) == 0
        && _peers.Count(PeerReport.Suspect, now) == 0;

    private void WithdrawAndHold(HealthReason reason, Instant now)
    {
        _hold.Begin(now - _announcedAt, now);
        Withdraw(reason);
    }

    private void Withdraw(HealthReason reason)
    {
        _isAnnounced = false;
        _hasDied = false;
        IsFailStatic = false;
        _withdrawnFor = reason;
        _decision = new(HealthAction.Withdraw, reason);
    }
}
