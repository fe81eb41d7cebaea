using Edge.Primitives;

namespace Edge.Mesh.Paths;

/// <summary>Finds out when a path carries less than is asked over it (<see cref="PathLateness"/>), and how much it may be
/// asked for.</summary>
/// <remarks>
/// Between two PoPs all media is one TCP connection: it loses nothing, it is late. While everything that comes is late, a
/// queue stands before the path, and what comes is all that it carries. A little less than that is asked for from
/// then on; more is tried again after a while, the longer the sooner the last try failed.
/// <see cref="PathState"/> has its states. Sans-IO. Threads: one owner.
/// </remarks>
public sealed class PathBudget
{
    /// <summary>Time between two looks.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>Looks over which what comes is averaged. Chosen: TCP brings it in bursts.</summary>
    internal const int AverageSamples = 10;

    /// <summary>Part of what came that is asked for. Chosen: the rest is for key frames, and shortens the queue.</summary>
    private const double Share = 0.85;

    /// <summary>Least that is divided. Chosen: a smallest picture's, lest a path that stood still is not tried
    /// again.</summary>
    internal static readonly Bitrate Least = Bitrate.FromKilobits(100);

    /// <summary>Least part of what was asked for before that is. Chosen: what came may have been little for want of
    /// anything on its way.</summary>
    private const double LeastShare = 0.5;

    /// <summary>A try.</summary>
    private const double Raise = 1.5;

    /// <summary>So much more than what came while it was too slow is a try that may fail.</summary>
    private const double Certain = 1.1;

    /// <summary>Time between two tries that did not fail. Chosen: a new layer has come by then, and made a queue.</summary>
    private static readonly TimeSpan RaiseInterval = TimeSpan.FromSeconds(2);

    /// <summary>Wait before more is tried than came while the path was too slow; doubled while tries fail.</summary>
    internal static readonly TimeSpan PatienceMin = TimeSpan.FromSeconds(10);

    /// <summary>Longest such wait. Chosen: a failed try makes also sound late for a moment.</summary>
    internal static readonly TimeSpan PatienceMax = TimeSpan.FromMinutes(2);

    /// <summary>A path that is too slow so soon after a try fails it.</summary>
    private static readonly TimeSpan RegretTime = TimeSpan.FromSeconds(10);

    /// <summary>Longest that nothing but sound is asked for, so that what waits comes through.</summary>
    private static readonly TimeSpan DrainMax = TimeSpan.FromSeconds(10);

    /// <summary>Time until something is seen of what was asked for: it has to be heard, and a key frame made. While
    /// nothing is asked for, owners say twice in it how layers are, which shows that nothing waits any more.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(1);

    /// <summary>For how long nothing is judged once a cache's packets come: up to a group of pictures at once makes what
    /// follows late, also on a way that carries all. Chosen: 12 s of 10 Mbit/s over 80 Mbit/s.</summary>
    internal static readonly TimeSpan ReplayTime = TimeSpan.FromSeconds(1.5);

    /// <summary>Time between two such pauses: a way on which they follow each other is judged by what they take.</summary>
    internal static readonly TimeSpan ReplayInterval = TimeSpan.FromSeconds(10);

    /// <summary>After which everything that is wanted is asked for without a count again.</summary>
    internal static readonly TimeSpan FreeAfter = TimeSpan.FromSeconds(30);

    private readonly PathLateness _lateness = new();
    private TimeSpan _quickestOfDrain = TimeSpan.MaxValue;
    private double _inTimeBytes;
    private PathState _state;
    private TimeSpan _patience = PatienceMin;
    private Bitrate _carried;
    private Instant _raisesAt = Instant.Never;
    private Instant _triesAt = Instant.Never;
    private Instant _raisedAt = Instant.Never;
    private Instant _judgesAt = Instant.Zero;
    private Instant _bearsReplayAt = Instant.Zero;
    private Instant _drainEndsAt = Instant.Never;
    private Instant _fullSince = Instant.Never;

    /// <summary>How much is asked for.</summary>
    public PathState State => _state;

    /// <summary>Whether less may be asked for than is wanted.</summary>
    public bool IsBounded => _state != PathState.Free;

    /// <summary>What may be asked for; means nothing while it is not bounded.</summary>
    public Bitrate Rate { get; private set; }

    /// <summary>Whether nothing but sound is asked for, so that what waits comes through.</summary>
    public bool IsDraining => _state == PathState.Draining;

    /// <summary>Looks at what came in the last <see cref="Interval"/>; true when what may be asked for changed.</summary>
    /// <param name="sample">What came.</param>
    /// <param name="isShort">Whether something is wanted and not asked for.</param>
    /// <param name="now">The time.</param>
    public bool HandleSample(in PathSample sample, bool isShort, Instant now)
    {
        var lateness = _lateness.Note(sample, now);
        NoteInTime(sample, now);
        NoteReplay(sample, now);
        if (IsDraining)
        {
            var isThrough = !sample.IsEmpty && lateness < PathLateness.LateBy;
            _quickestOfDrain =
                sample.Transit < _quickestOfDrain ? sample.Transit : _quickestOfDrain;
            return TryEndDrain(isThrough, now);
        }

        if (_lateness.IsTooLate && now >= _judgesAt)
        {
            Lower(lateness, now);
            return true;
        }

        return IsBounded && (isShort ? TryRaise(now) : TryFree(now));
    }

    /// <summary>What comes in time is what the path carries at least.</summary>
    private void NoteInTime(in PathSample sample, Instant now)
    {
        var isTried = _raisedAt.IsSet && now - _raisedAt < RaiseInterval;
        if (!_lateness.IsLate && !IsDraining && !isTried && !sample.HasReplay)
        {
            _inTimeBytes += (sample.Bytes - _inTimeBytes) / AverageSamples;
        }
    }

    private void NoteReplay(in PathSample sample, Instant now)
    {
        if (sample.HasReplay && now >= _bearsReplayAt)
        {
            _judgesAt = Instant.Max(_judgesAt, now + ReplayTime);
            _bearsReplayAt = now + ReplayInterval;
        }
    }

    private void Lower(TimeSpan lateness, Instant now)
    {
        var isRegretted = _raisedAt.IsSet && now - _raisedAt < RegretTime;
        // Another path over the same link may have failed it: only what came in time for long ends the wait.
        var patience = isRegretted ? _patience * 2 : _patience;
        var least = IsBounded ? Bitrate.Max(_carried * LeastShare, Least) : Least;
        var inTime = Bitrate.FromBytes((long)_inTimeBytes, Interval);
        _patience = patience < PatienceMax ? patience : PatienceMax;
        _carried = Bitrate.Max(_lateness.Carried, least);
        // A try that failed takes nothing away that came in time before it.
        Rate = isRegretted ? Bitrate.Max(_carried * Share, inTime) : _carried * Share;
        _raisedAt = Instant.Never;
        _fullSince = Instant.Never;
        _lateness.Forget();
        // What waits takes about as long as it is late, and all of it would come too late to be shown.
        var drain = lateness * 2 + Settling;
        _drainEndsAt = now + (drain < DrainMax ? drain : DrainMax);
        _state = PathState.Draining;
        _quickestOfDrain = TimeSpan.MaxValue;
    }

    private bool TryEndDrain(bool isThrough, Instant now)
    {
        if (now < _drainEndsAt && !isThrough)
        {
            return false;
        }

        if (!isThrough && _quickestOfDrain != TimeSpan.MaxValue)
        {
            // It is no queue that is late still: the way itself is longer than it was.
            _lateness.Restart(_quickestOfDrain);
        }

        _state = PathState.Bounded;
        _lateness.Forget();
        _judgesAt = now + Settling;
        _raisesAt = now + RaiseInterval;
        _triesAt = now + _patience;
        return true;
    }

    private bool TryRaise(Instant now)
    {
        _fullSince = Instant.Never;
        var rate = Rate * Raise;
        var isTry = rate > _carried * Certain;
        if (now < _raisesAt || now < _judgesAt || (isTry && now < _triesAt))
        {
            return false;
        }

        Rate = rate;
        _raisedAt = isTry ? now : _raisedAt;
        _raisesAt = now + RaiseInterval;
        return true;
    }

    private bool TryFree(Instant now)
    {
        if (!_fullSince.IsSet)
        {
            _fullSince = now;
        }

        if (now - _fullSince < FreeAfter)
        {
            return false;
        }

        _state = PathState.Free;
        _patience = PatienceMin;
        _fullSince = Instant.Never;
        return true;
    }
}
