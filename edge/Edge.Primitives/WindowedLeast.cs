namespace Edge.Primitives;

/// <summary>The least duration of the last one to two windows: what a way takes that nothing is in the way of, by clocks that
/// drift and on ways that change.</summary>
/// <remarks>Two windows, of which the older is forgotten when the newer ends. Threads: one owner.</remarks>
/// <param name="window">For how long a value counts at least; twice as long at most.</param>
public struct WindowedLeast(TimeSpan window)
{
    private TimeSpan _least = TimeSpan.MaxValue;
    private TimeSpan _former = TimeSpan.MaxValue;
    private Instant _endsAt = Instant.Never;

    /// <summary>The least of the newer window; <see cref="TimeSpan.MaxValue"/> of none.</summary>
    public readonly TimeSpan Least => _least;

    /// <summary>The least of the older window; <see cref="TimeSpan.MaxValue"/> of none.</summary>
    public readonly TimeSpan Former => _former;

    /// <summary>When the newer window ends.</summary>
    public readonly Instant EndsAt => _endsAt;

    /// <summary>Goes on from what another of the same length knew.</summary>
    public void Resume(TimeSpan least, TimeSpan former, Instant endsAt)
    {
        _least = least;
        _former = former;
        _endsAt = endsAt;
    }

    /// <summary>Notes a value; the least that counts, with it.</summary>
    [HotPath]
    public TimeSpan Note(TimeSpan value, Instant now)
    {
        if (!_endsAt.IsSet || now >= _endsAt)
        {
            _former = _least;
            _least = TimeSpan.MaxValue;
            _endsAt = now + window;
        }

        _least = value < _least ? value : _least;
        return _least < _former ? _least : _former;
    }

    /// <summary>Forgets what was noted: from now on this is the least.</summary>
    public void Restart(TimeSpan value)
    {
        _least = value;
        _former = TimeSpan.MaxValue;
    }
}
