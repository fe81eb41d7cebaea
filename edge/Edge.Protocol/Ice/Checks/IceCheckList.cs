using Edge.Primitives;
using Edge.Protocol.Ice.Paths;
using Edge.Wire.Stun;

namespace Edge.Protocol.Ice.Checks;

/// <summary>The pairs of an agent that sends checks: which one is checked or nominated next, and when.</summary>
/// <remarks>
/// Shape: pairs in the order in which their candidates came, best first; at most
/// <see cref="PairsMax"/>, later ones are dropped. Source: RFC 8445 §6.1.2, §6.1.4, §8.1.1, §14.
/// </remarks>
internal sealed partial class IceCheckList
{
    /// <summary>Most pairs. Chosen: as many as addresses that can be validated.</summary>
    public const int PairsMax = ValidatedAddresses.CountMax;

    /// <summary>How often a nomination is sent before the pair is checked anew. Chosen: about 10 s with
    /// the default backoff.</summary>
    private const int NominationSendsMax = 8;

    private readonly IceOptions _options;
    private readonly Prng _random;

    // A lite agent checks nothing and never has any.
    private IcePair[] _pairs = [];
    private int _count;
    private bool _isStarted;
    private bool _isConcluded;
    private Instant _pacedUntil = Instant.Zero;
    private Instant _nominateAt = Instant.Never;

    /// <summary>Makes an empty list that is not started.</summary>
    public IceCheckList(IceOptions options, Prng random)
    {
        _options = options;
        _random = random;
    }

    /// <summary>When <see cref="TryTakeDue"/> has the next check.</summary>
    public Instant NextAt
    {
        get
        {
            if (!_isStarted)
            {
                return Instant.Never;
            }

            var next = _nominateAt;
            foreach (ref readonly var pair in _pairs.AsSpan(0, _count))
            {
                next = Instant.Min(next, DueAt(in pair));
            }

            return next;
        }
    }

    /// <summary>Checks every pair anew, at once.</summary>
    public void Start()
    {
        _isStarted = true;
        _isConcluded = false;
        _nominateAt = Instant.Never;
        foreach (ref var pair in _pairs.AsSpan(0, _count))
        {
            pair = new IcePair { Address = pair.Address, State = IcePairState.Waiting };
        }
    }

    /// <summary>Sends no more checks until the next start.</summary>
    public void Stop() => _isStarted = false;

    /// <summary>Ends the search: a pair is nominated. Pairs that work stay known.</summary>
    public void Conclude()
    {
        _isConcluded = true;
        _nominateAt = Instant.Never;
        foreach (ref var pair in _pairs.AsSpan(0, _count))
        {
            var works = pair.State is IcePairState.Succeeded or IcePairState.Nominating;
            pair.State = works ? IcePairState.Succeeded : IcePairState.Idle;
            pair.IsTriggered = false;
        }
    }

    /// <summary>Adds a pair unless it is there or the list is full.</summary>
    public void Add(in NetworkAddress address) => FindOrAdd(in address);

    /// <summary>Notes an authenticated check from an address, which asks for one back
    /// (RFC 8445 §7.3.1.4).</summary>
    /// <returns>True when the peer nominated a pair that is known to work.</returns>
    public bool HandleRequest(in NetworkAddress address, bool isNominatedByPeer)
    {
        var index = FindOrAdd(in address);
        if (index < 0)
        {
            return false;
        }

        ref var pair = ref _pairs[index];
        if (pair.State is IcePairState.Succeeded or IcePairState.Nominating)
        {
            return isNominatedByPeer;
        }

        if (_isConcluded && !isNominatedByPeer)
        {
            return false;
        }

        pair.IsNominatedByPeer |= isNominatedByPeer;
        Recheck(ref pair);
        return false;
    }

    /// <summary>Notes that a pair works.</summary>
    /// <returns>True when the peer had nominated it already.</returns>
    public bool HandleSuccess(in NetworkAddress address, IceRole role, Instant now)
    {
        var index = Find(in address);
        if (index < 0)
        {
            return false;
        }

        ref var pair = ref _pairs[index];
        if (pair.State is IcePairState.Waiting or IcePairState.InProgress or IcePairState.Failed)
        {
            pair.State = IcePairState.Succeeded;
            pair.IsTriggered = false;
        }

        if (role == IceRole.Controlling && !_isConcluded && !IsNominating())
        {
            var nominateAt = IsBestOpen(index) ? now : now + _options.NominationDelay;
            _nominateAt = Instant.Min(_nominateAt, nominateAt);
        }

        return role == IceRole.Controlled && pair.IsNominatedByPeer;
    }

    /// <summary>Notes that the peer refused a check.</summary>
    public void HandleRefusal(in NetworkAddress address)
    {
        var index = Find(in address);
        if (index >= 0)
        {
            _pairs[index].State = IcePairState.Failed;
        }
    }

    /// <summary>Starts over after the role has changed: with the pair whose check found the conflict
    /// (RFC 8445 §7.2.5.1) and with a nomination that is no longer ours to make.</summary>
    public void HandleRoleSwitch(in NetworkAddress address, IceRole role, Instant now)
    {
        foreach (ref var pair in _pairs.AsSpan(0, _count))
        {
            if (pair.State == IcePairState.Nominating)
            {
                pair.State = IcePairState.Succeeded;
            }

            if (pair.Address == address && !_isConcluded)
            {
                Recheck(ref pair);
            }
        }

        _nominateAt = role == IceRole.Controlling && !_isConcluded ? now : Instant.Never;
    }

    /// <summary>Takes the check that is due, if any: nominations, then triggered checks, then pairs not
    /// checked yet, then retransmissions.</summary>
    public bool TryTakeDue(Instant now, out IceCheck check)
    {
        check = default;
        if (!_isStarted)
        {
            return false;
        }

        if (_nominateAt <= now)
        {
            BeginNomination(now);
        }

        var index = now < _pacedUntil ? -1 : FindDue(now);
        if (index < 0)
        {
            return false;
        }

        check = Send(ref _pairs[index], now);
        _pacedUntil = now + _options.CheckPacing;
        return true;
    }

    /// <summary>Adds everything held to a hash, for tests.</summary>
    internal void AddTo(ref HashCode hash)
    {
        hash.Add(_isStarted);
        hash.Add(_isConcluded);
        hash.Add(_pacedUntil);
        hash.Add(_nominateAt);
        foreach (ref readonly var pair in _pairs.AsSpan(0, _count))
        {
            hash.Add(pair.Address);
            hash.Add(pair.NextSendAt);
            hash.Add(pair.TransactionId);
            hash.Add(pair.Sends);
            hash.Add(pair.State);
            hash.Add(pair.IsTriggered);
            hash.Add(pair.IsNominatedByPeer);
        }
    }

    private static void Recheck(ref IcePair pair)
    {
        pair.State = IcePairState.Waiting;
        pair.IsTriggered = true;
        pair.Sends = 0;
    }

    private Instant DueAt(in IcePair pair) =>
        pair.State switch
        {
            IcePairState.Waiting => _pacedUntil,
            IcePairState.InProgress or IcePairState.Nominating => Instant.Max(
                pair.NextSendAt,
                _pacedUntil
            ),
            IcePairState.Idle or IcePairState.Succeeded or IcePairState.Failed => Instant.Never,
            _ => Instant.Never,
        };

    private IceCheck Send(ref IcePair pair, Instant now)
    {
        if (pair.Sends == 0)
        {
            pair.TransactionId = StunTransactionId.Create(_random);
        }

        var kind =
            pair.State == IcePairState.Nominating ? IceCheckKind.Nomination : IceCheckKind.Ordinary;
        var check = new IceCheck(pair.Address, pair.TransactionId, kind, pair.Sends > 0);
        pair.Sends++;
        pair.NextSendAt = now + Backoff(pair.Sends);
        pair.IsTriggered = false;
        if (pair.State == IcePairState.Waiting)
        {
            pair.State = IcePairState.InProgress;
        }
        else if (kind == IceCheckKind.Nomination && pair.Sends == NominationSendsMax)
        {
            // The path died between check and nomination: back to the start, others go first.
            pair.State = IcePairState.Waiting;
            pair.Sends = 0;
            _nominateAt = now;
        }

        return check;
    }

    private TimeSpan Backoff(int sends)
    {
        // Eight doublings of the shortest allowed start reach the longest allowed end.
        var doubled = _options.RetransmissionMin * (1 << Math.Min(sends - 1, 8));
        return doubled < _options.RetransmissionMax ? doubled : _options.RetransmissionMax;
    }

    private void BeginNomination(Instant now)
    {
        _nominateAt = Instant.Never;
        foreach (ref var pair in _pairs.AsSpan(0, _count))
        {
            if (pair.State == IcePairState.Succeeded)
            {
                pair.State = IcePairState.Nominating;
                pair.Sends = 0;
                pair.NextSendAt = now;
                return;
            }
        }
    }

    private int FindDue(Instant now)
    {
        var best = -1;
        var bestRank = int.MaxValue;
        for (var index = 0; index < _count; index++)
        {
            ref readonly var pair = ref _pairs[index];
            var rank = DueAt(in pair) <= now ? Rank(in pair) : int.MaxValue;
            if (rank < bestRank)
            {
                best = index;
                bestRank = rank;
            }
        }

        return best;
    }

    private static int Rank(in IcePair pair)
    {
        if (pair.State == IcePairState.Nominating)
        {
            return 0;
        }

        if (pair.State == IcePairState.Waiting)
        {
            return pair.IsTriggered ? 1 : 2;
        }

        return 3;
    }

    /// <summary>Whether no pair before this one can still turn out to work.</summary>
    private bool IsBestOpen(int index)
    {
        for (var before = 0; before < index; before++)
        {
            if (_pairs[before].State != IcePairState.Failed)
            {
                return false;
            }
        }

        return true;
    }

    private bool IsNominating()
    {
        foreach (ref readonly var pair in _pairs.AsSpan(0, _count))
        {
            if (pair.State == IcePairState.Nominating)
            {
                return true;
            }
        }

        return false;
    }

    private int FindOrAdd(in NetworkAddress address)
    {
        var index = Find(in address);
        if (index >= 0 || _count == PairsMax)
        {
            return index;
        }

        if (_pairs.Length == 0)
        {
            _pairs = new IcePair[PairsMax];
        }

        _pairs[_count] = new IcePair
        {
            Address = address,
            State = _isConcluded ? IcePairState.Idle : IcePairState.Waiting,
        };
        return _count++;
    }

    private int Find(in NetworkAddress address)
    {
        for (var index = 0; index < _count; index++)
        {
            if (_pairs[index].Address == address)
            {
                return index;
            }
        }

        return -1;
    }
}
