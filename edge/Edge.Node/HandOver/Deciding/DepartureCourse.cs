using System.Collections.Immutable;
using Edge.Node.HandOver.Desk;
using Edge.Primitives;

namespace Edge.Node.HandOver.Deciding;

/// <summary>Rounds in which a node's sessions go to the others of its PoP: who is asked when, which group goes when, and when it is
/// enough.</summary>
/// <remarks>
/// In rounds: what cannot go in one, because it is about to connect or because nobody has room, may in the next. Bounded by
/// the time that is given, and by <see cref="DepartureLimits.Patience"/> without any that goes. Whoever drives it does what
/// <see cref="Poll"/> says, and says what came of it. Threads: one at a time.
/// </remarks>
/// <param name="within">How long it may last.</param>
/// <param name="now">Now.</param>
internal sealed class DepartureCourse<TSession>(TimeSpan within, Instant now)
{
    private readonly Instant _deadline = now + within;
    private readonly Queue<TiedGroups<TSession>> _waiting = new();
    private Instant _patientUntil = Instant.Min(now + within, now + DepartureLimits.Patience);
    private DepartureStep _step = DepartureStep.Ask;
    private HandOverChoice _choice = new([]);
    private bool _isStopped;
    private int _running;
    private int _movedBefore;

    /// <summary>Sessions that went.</summary>
    public int Moved { get; private set; }

    /// <summary>Sessions that were lost on their way.</summary>
    public int Lost { get; private set; }

    /// <summary>When the next round begins. Set by <see cref="DepartureStep.Pause"/>.</summary>
    public Instant ResumeAt { get; private set; }

    /// <summary>What is given away. Set by <see cref="DepartureStep.Give"/>.</summary>
    public GivenGroup<TSession>? Given { get; private set; }

    /// <summary>What is to be done.</summary>
    /// <param name="sessionsLeft">How many sessions the node has.</param>
    /// <param name="now">Now.</param>
    public DepartureStep Poll(int sessionsLeft, Instant now)
    {
        if (_step == DepartureStep.Give && !TryNext(now))
        {
            if (_running > 0)
            {
                return DepartureStep.Await;
            }

            EndRound(sessionsLeft, now);
        }

        if (_step == DepartureStep.Pause && (_isStopped || now >= ResumeAt))
        {
            _step = DepartureStep.Ask;
            _movedBefore = Moved;
        }

        if (_step == DepartureStep.Ask && _isStopped)
        {
            _step = DepartureStep.Over;
        }

        return _step;
    }

    /// <summary>Nothing more is begun.</summary>
    public void Stop() => _isStopped = true;

    /// <summary>The others answered.</summary>
    public void HandleAsked(ImmutableArray<HandOverPeer> peers)
    {
        _choice = new HandOverChoice(peers);
        // Nobody takes any: what could go need not be looked for.
        _step = peers.IsEmpty ? DepartureStep.Give : DepartureStep.Find;
    }

    /// <summary>The sessions that could go.</summary>
    /// <param name="groups">Groups within one list have to do with each other: they go one after the other.</param>
    public void HandleFound(List<List<List<TSession>>> groups)
    {
        foreach (var tied in groups)
        {
            if (tied.Count > 0)
            {
                _waiting.Enqueue(new TiedGroups<TSession>(tied));
            }
        }

        _step = DepartureStep.Give;
    }

    /// <summary>A group is over.</summary>
    /// <param name="given">The group.</param>
    /// <param name="moved">How many of its sessions went.</param>
    /// <param name="lost">How many were lost.</param>
    public void HandleGiven(GivenGroup<TSession> given, int moved, int lost)
    {
        _running--;
        Moved += moved;
        Lost += lost;
        if (given.Tied.Left > 0)
        {
            _waiting.Enqueue(given.Tied);
        }
    }

    private bool TryNext(Instant now)
    {
        while (_running < DepartureLimits.GroupsAtOnce && _waiting.TryDequeue(out var tied))
        {
            if (_isStopped || now + DepartureLimits.GiveWithin > _deadline)
            {
                // What is on its way at the deadline is lost.
                continue;
            }

            var group = tied.Take();
            if (_choice.HasRoom(group.Count))
            {
                _running++;
                Given = new GivenGroup<TSession>(tied, group, _choice)
                {
                    GivesConnections = now + DepartureLimits.WithConnectionsWithin <= _deadline,
                };
                return true;
            }

            if (tied.Left > 0)
            {
                _waiting.Enqueue(tied);
            }
        }

        return false;
    }

    private void EndRound(int sessionsLeft, Instant now)
    {
        if (Moved > _movedBefore)
        {
            _patientUntil = Instant.Min(_deadline, now + DepartureLimits.Patience);
        }

        var isEnough = sessionsLeft == 0 || now >= _patientUntil;
        _step = isEnough ? DepartureStep.Over : DepartureStep.Pause;
        ResumeAt = now + DepartureLimits.RoundInterval;
    }
}
