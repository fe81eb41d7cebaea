using Control.Server.Http;

namespace Control.Server.Calls;

/// <summary>Admission of new sessions: a steady rate, whatever comes. After the loss of a node all its
/// clients come back at once and retry without jitter of their own, so the waits that are advised spread
/// them over the time that taking them all in will last. Threads: any.</summary>
internal sealed class NewSessionGate
{
    // Chosen: a person who waits longer reloads the page.
    private static readonly TimeSpan SpreadMax = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan SpreadMin = TimeSpan.FromSeconds(2);

    // Chosen: clients of the API come back within 10 s, so those refused longer ago are counted again.
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly TokenBucketTable _bucket;
    private readonly double _perSecond;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private double _waiting;
    private long _waitingAt;

    /// <summary>Makes the gate.</summary>
    /// <param name="perSecond">Sessions a second; a burst of twice as many.</param>
    /// <param name="time">The clock.</param>
    /// <param name="random">Draws the jitter.</param>
    public NewSessionGate(int perSecond, TimeProvider time, Random random)
    {
        _perSecond = perSecond;
        _time = time;
        _random = random;
        _bucket = new(setsLog2: 1, perSecond, burst: perSecond * 2.0, time);
    }

    /// <summary>Lets a session in, or says when to ask again.</summary>
    public bool TryEnter(out TimeSpan retryAfter)
    {
        if (_bucket.TryTake(1, out retryAfter))
        {
            return true;
        }

        retryAfter = DrawWait();
        return false;
    }

    /// <summary>A wait for one who is refused: between a second and the time that all who were refused
    /// lately need.</summary>
    public TimeSpan DrawWait()
    {
        lock (_lock)
        {
            var now = _time.GetTimestamp();
            var passed = _time.GetElapsedTime(_waitingAt, now);
            _waiting = (_waiting * Math.Exp(-passed / Memory)) + 1;
            _waitingAt = now;
            var spread = TimeSpan.FromSeconds(_waiting / _perSecond);
            spread = spread < SpreadMin ? SpreadMin : spread;
            spread = spread > SpreadMax ? SpreadMax : spread;
            return TimeSpan.FromSeconds(1) + (spread * _random.NextDouble());
        }
    }
}
