using Edge.Primitives;

namespace Edge.Forwarding.Downlinks;

/// <summary>When a paused picture is sent all the same, to see whether the network carries it by now: where a viewer can be sent
/// no tests, or says nothing of them, nothing else would ever tell.</summary>
/// <remarks>No faster than the estimate: what is too much waits, is a test while it waits, and ends the trial when it has
/// waited too long. So a trial costs three key frames at most, and no sound.</remarks>
internal struct PictureTrial()
{
    /// <summary>Chosen: twice the time between two tests of a network that takes some.</summary>
    public static readonly TimeSpan WaitMin = TimeSpan.FromSeconds(10);

    /// <summary>Twice as long after each trial that changed nothing, up to this. Chosen: key frames for one viewer are everybody's.</summary>
    public static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(60);

    /// <summary>The longest trial. Chosen: longer than encoders' usual key-frame interval.</summary>
    public static readonly TimeSpan LengthMax = TimeSpan.FromSeconds(15);

    /// <summary>A picture that is still there so long after a trial began is there by it. Chosen: a trial, and the patience with
    /// which a picture is borne that has no room.</summary>
    private static readonly TimeSpan SettledAfter = TimeSpan.FromSeconds(20);

    private Instant _pausedSince = Instant.Never;
    private Instant _beganAt = Instant.Never;
    private Instant _endsAt = Instant.Never;
    private TimeSpan _wait = WaitMin;

    /// <summary>Whether a picture is not paused for want of bandwidth now.</summary>
    public readonly bool IsOn(Instant now) => _endsAt.IsSet && now < _endsAt;

    /// <summary>Bandwidth was divided.</summary>
    /// <param name="isPaused">Whether a picture is paused for want of it, and nothing else will tell when there is more.</param>
    /// <param name="now">The time.</param>
    /// <returns>Whether a trial begins.</returns>
    public bool TryBegin(bool isPaused, Instant now)
    {
        if (IsOn(now))
        {
            return false;
        }

        if (!isPaused)
        {
            var isSettled = !_beganAt.IsSet || now - _beganAt > SettledAfter;
            _wait = isSettled ? WaitMin : _wait;
            _pausedSince = Instant.Never;
            return false;
        }

        _pausedSince = Instant.Min(_pausedSince, now);
        if (now - _pausedSince < _wait)
        {
            return false;
        }

        _pausedSince = Instant.Never;
        _beganAt = now;
        _endsAt = now + LengthMax;
        _wait = 2 * _wait < WaitMax ? 2 * _wait : WaitMax;
        return true;
    }

    /// <summary>What was sent had to be thrown away.</summary>
    public void End() => _endsAt = Instant.Never;
}
