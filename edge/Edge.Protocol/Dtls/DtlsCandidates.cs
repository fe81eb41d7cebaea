using Edge.Primitives;

namespace Edge.Protocol.Dtls;

/// <summary>The engines that one association has in the race, the one last heard of in front.</summary>
/// <remarks>
/// Whoever can write with the peer's address can send a ClientHello. Each different one gets an engine of
/// its own, so that none takes the place of the peer's; the records that follow go to all of them, and
/// only the engine whose randoms the peer has signed can finish. A ClientHello that a new engine
/// refused is remembered by its bytes and costs next to nothing when it comes again.
/// </remarks>
internal sealed class DtlsCandidates : IDisposable
{
    /// <summary>Most engines at a time. Chosen: the peer's and three forged ones; each has some 48 KiB.</summary>
    public const int CountMax = 4;

    /// <summary>Most engines made at once; then one per interval. Chosen: forged ClientHellos that come
    /// in a burst leave room for the peer's.</summary>
    public const int BurstMax = 16;

    private const int RefusedMax = 8;

    private readonly List<DtlsCandidate> _candidates = new(CountMax);
    private readonly Queue<UInt128> _refused = new(RefusedMax);
    private readonly TimeSpan _interval;

    // Before every moment of whatever clock.
    private Instant _fullAt = new(long.MinValue);

    /// <summary>Makes an empty race.</summary>
    /// <param name="interval">Time after which one more engine may be made.</param>
    public DtlsCandidates(TimeSpan interval) => _interval = interval;

    /// <summary>How many engines there are.</summary>
    public int Count => _candidates.Count;

    /// <summary>Whether one has answered a ClientHello.</summary>
    public bool IsAnyAnswered
    {
        get
        {
            foreach (var candidate in _candidates)
            {
                if (candidate.IsAnswered)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>The one last heard of; null when there is none.</summary>
    public DtlsCandidate? Latest => _candidates.Count == 0 ? null : _candidates[0];

    /// <summary>The one at a place, 0 being the latest.</summary>
    public DtlsCandidate this[int index] => _candidates[index];

    /// <summary>The engine of a ClientHello, moved to the front; null when there is none.</summary>
    public DtlsCandidate? Find(in DtlsHelloKey hello)
    {
        foreach (var candidate in _candidates)
        {
            if (candidate.Hello.MayBe(hello))
            {
                candidate.Hello = candidate.Hello.HasRandom ? candidate.Hello : hello;
                _candidates.Remove(candidate);
                _candidates.Insert(0, candidate);
                return candidate;
            }
        }

        return null;
    }

    /// <summary>Whether an engine may be made for a ClientHello now; takes one from the budget.</summary>
    /// <param name="digest">The digest of its record.</param>
    /// <param name="now">The time.</param>
    public bool TryTakeTurn(UInt128 digest, Instant now)
    {
        if (_refused.Contains(digest))
        {
            return false;
        }

        var fullAt = Instant.Max(_fullAt, now) + _interval;
        if (fullAt - now > _interval * BurstMax)
        {
            return false;
        }

        _fullAt = fullAt;
        return true;
    }

    /// <summary>Puts an engine in front; the one not heard of for longest makes room.</summary>
    public DtlsCandidate Add(IDtlsEngine engine, in DtlsHelloKey hello)
    {
        if (_candidates.Count == CountMax)
        {
            Remove(_candidates[^1]);
        }

        var candidate = new DtlsCandidate(engine, hello);
        _candidates.Insert(0, candidate);
        return candidate;
    }

    /// <summary>Takes an engine out and disposes it.</summary>
    public void Remove(DtlsCandidate candidate)
    {
        candidate.Engine.Dispose();
        _candidates.Remove(candidate);
    }

    /// <summary>Remembers a ClientHello's record that a new engine refused.</summary>
    public void Refuse(UInt128 digest)
    {
        if (_refused.Count == RefusedMax)
        {
            _refused.Dequeue();
        }

        _refused.Enqueue(digest);
    }

    /// <summary>Ends the race: all but the winner are disposed.</summary>
    public void Keep(DtlsCandidate winner)
    {
        for (var index = _candidates.Count - 1; index >= 0; index--)
        {
            if (_candidates[index] != winner)
            {
                Remove(_candidates[index]);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        while (_candidates.Count > 0)
        {
            Remove(_candidates[^1]);
        }
    }
}
