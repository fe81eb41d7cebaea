using Edge.Primitives;

namespace Edge.Protocol.Congestion.Sending.Probing;

/// <summary>Decides when to test the path, and how hard.</summary>
/// <remarks>
/// At the start at 3 and 6 times the rate; twice what went through for as long as it does; every five
/// seconds while less is sent than allowed; after a sudden drop; when more is wanted. Sans pacer: it says
/// what to send, others send it.
/// Bounded: <see cref="PendingMax"/> requests; further ones are dropped, their occasion comes again.
/// Source: libwebrtc's and str0m's probe controllers (protocols.md §3.7); growth probes are ours (NOTES.md).
/// </remarks>
internal sealed partial class ProbeController(Bitrate rateMax)
{
    /// <summary>Requests not yet polled.</summary>
    public const int PendingMax = 4;

    /// <summary>As libwebrtc.</summary>
    public const int PacketsMin = 5;

    /// <summary>As libwebrtc: what goes through at this share asks for more.</summary>
    public const double FurtherThreshold = 0.7;

    private const int PacketBytes = 1200;
    private const double StartFactor = 3;
    private const double StartFactorSecond = 6;
    private const double FurtherFactor = 2;
    private const double IdleFactor = 2;
    private const double AfterDropFactor = 0.85;
    private const double DropThreshold = 0.66;

    /// <summary>Chosen: a full path must carry it over what it carries; at 1.5 a probe of the length below
    /// leaves a queue of 10 ms.</summary>
    private const double GrowthFactor = 1.5;

    /// <summary>A probe is no use above what is wanted by more; libwebrtc probes for twice of it.</summary>
    private const double WantedFactor = 2;

    /// <summary>Chosen: less is a wish that wavers, not another layer.</summary>
    private const double WantedStep = 1.25;
    private static readonly TimeSpan LengthMin = TimeSpan.FromMilliseconds(15);

    /// <summary>Chosen: beside the media of a full path, 15 ms are a frame's jitter.</summary>
    private static readonly TimeSpan GrowthLength = TimeSpan.FromMilliseconds(25);

    /// <summary>Probes of twice the length after one that came as a lump. Chosen: the last is as long as
    /// the time between two beacons; while little is sent a test is to remain cheap.</summary>
    private const int RetriesMax = 2;
    private const int RetriesIdle = 1;
    private static readonly TimeSpan ResultMax = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan IdleInterval = TimeSpan.FromSeconds(5);

    /// <summary>Chosen by simulation: of 2, 2.5 and 4 s the one with the best use at a queue below
    /// 60 ms; a step up is found within a third of the 10 s that the issue grants.</summary>
    private static readonly TimeSpan GrowthIntervalMin = TimeSpan.FromSeconds(2.5);

    /// <summary>What a probe does is known after a round trip, and mended after some more.</summary>
    private const double GrowthIntervalRoundTrips = 12;

    /// <summary>At the start a probe that found less than is wanted is followed by the next at once: on a path with
    /// jitter a short one finds too little, and a viewer waits for a picture. Chosen by simulation.</summary>
    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan StartIntervalMin = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan StartLengthNext = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan DropAge = TimeSpan.FromSeconds(5);

    /// <summary>Steps down with a longer pause between are two falls. Chosen: longer than a round trip
    /// and a detection.</summary>
    private static readonly TimeSpan FallPause = TimeSpan.FromSeconds(1);

    private readonly Bitrate _rateMax = rateMax;
    private readonly ProbeRequest[] _pending = new ProbeRequest[PendingMax];
    private int _pendingCount;
    private byte _lastCluster;
    private Bitrate _rate;
    private TimeSpan _length;
    private int _retriesLeft;
    private Bitrate _furtherAbove;
    private Instant _resultUntil = Instant.Never;
    private Instant _probedAt = Instant.Never;
    private Instant _recoveryAt = Instant.Never;
    private Instant _wantedAt = Instant.Never;
    private Bitrate _wantedProbed;
    private Bitrate _beforeDrop;
    private Instant _droppedAt = Instant.Never;
    private Bitrate _fallFrom;
    private Instant _fellAt = Instant.Never;
    private Instant _startedAt = Instant.Never;

    /// <summary>The most that viewers' tracks could use; probes go little beyond.</summary>
    public Bitrate Wanted { get; private set; } = rateMax;

    /// <summary>Whether a probe is asked for or its result awaited.</summary>
    public bool IsWaiting(Instant now) => _resultUntil.IsSet && now < _resultUntil;

    /// <summary>The first packet leaves.</summary>
    public void HandleStart(Bitrate target, Instant now)
    {
        if (!_startedAt.IsSet)
        {
            _startedAt = now;
            Ask(target * StartFactor, target, ProbeGoal.Start, now);
            Ask(target * StartFactorSecond, target, ProbeGoal.Start, now);
        }
    }

    /// <summary>What could be used changed.</summary>
    public void HandleWanted(Bitrate wanted, Bitrate target, Instant now)
    {
        var isMore = wanted > Wanted;
        Wanted = wanted;
        // What goes up and down is asked for once in a while, a step up at once.
        var isNew = wanted > _wantedProbed * WantedStep || IsLongAgo(_wantedAt, IdleInterval, now);
        if (_startedAt.IsSet && isMore && isNew && wanted > target && !IsWaiting(now))
        {
            _wantedProbed = wanted;
            _wantedAt = now;
            Ask(wanted, target, ProbeGoal.Allocation, now);
            Ask(wanted * WantedFactor, target, ProbeGoal.Allocation, now);
        }
    }

    /// <summary>A probe's result came.</summary>
    [HotPath]
    public void HandleResult(Bitrate measured, Bitrate target, Instant now)
    {
        if (IsWaiting(now) && measured > _furtherAbove)
        {
            Ask(measured * FurtherFactor, target, ProbeGoal.Further, now);
        }
    }

    /// <summary>A probe's packets all came at once, held back by a channel, which says nothing: a longer one
    /// may not.</summary>
    [HotPath]
    public void HandleLump(Bitrate target, Instant now)
    {
        if (IsWaiting(now) && _retriesLeft > 0)
        {
            _retriesLeft--;
            _length *= 2;
            Ask(_rate, target, now);
        }
    }

    /// <summary>The estimate fell; a fall by a third, in whatever steps, is kept in mind.</summary>
    [HotPath]
    public void HandleFall(Bitrate before, Bitrate estimate, Instant now)
    {
        if (!_fellAt.IsSet || now - _fellAt > FallPause)
        {
            _fallFrom = before;
        }

        _fellAt = now;
        if (estimate < _fallFrom * DropThreshold)
        {
            _beforeDrop = _fallFrom;
            _droppedAt = now;
        }
    }

    /// <summary>The path is itself again after a drop.</summary>
    [HotPath]
    public void HandleRecovery(Bitrate target, Instant now)
    {
        var isRecent = _droppedAt.IsSet && now - _droppedAt < DropAge;
        var rate = _beforeDrop * AfterDropFactor;
        var isRested = IsLongAgo(_recoveryAt, DropAge, now) && !IsWaiting(now);
        if (isRecent && rate > target && isRested)
        {
            _droppedAt = Instant.Never;
            _recoveryAt = now;
            Ask(rate, target, ProbeGoal.Recovery, now);
        }
    }

    /// <summary>Feedback comes again: perhaps the path is what it was.</summary>
    /// <param name="before">The estimate before nothing was heard.</param>
    /// <param name="target">The target.</param>
    /// <param name="now">The time.</param>
    [HotPath]
    public void HandleReturn(Bitrate before, Bitrate target, Instant now) =>
        Ask(before * AfterDropFactor, target, ProbeGoal.Recovery, now);

    /// <summary>Time passes while all is well.</summary>
    /// <param name="target">The target.</param>
    /// <param name="isIdle">Whether less is sent than allowed.</param>
    /// <param name="roundTrip">The round trip.</param>
    /// <param name="now">The time.</param>
    [HotPath]
    public void HandleCalm(Bitrate target, bool isIdle, TimeSpan roundTrip, Instant now)
    {
        if (!_startedAt.IsSet || target >= Wanted)
        {
            return;
        }

        if (now - _startedAt < StartTime)
        {
            if (IsLongAgo(_probedAt, StartIntervalMin + roundTrip, now))
            {
                _length = StartLengthNext;
                _retriesLeft = RetriesMax;
                Ask(target * FurtherFactor, target, now);
            }
        }
        else if (isIdle && IsRested(IdleInterval, now))
        {
            Ask(target * IdleFactor, target, ProbeGoal.Idle, now);
        }
        else if (!isIdle && IsRested(GrowthInterval(roundTrip), now))
        {
            Ask(target * GrowthFactor, target, ProbeGoal.Growth, now);
        }
    }

    /// <summary>Nothing is sent, so nothing else tells of the path.</summary>
    public void HandleQuiet(Bitrate target, Instant now)
    {
        if (target < Wanted)
        {
            Ask(target * IdleFactor, target, ProbeGoal.Idle, now);
        }
    }

    /// <summary>The next probe to send.</summary>
    [HotPath]
    public bool TryTake(out ProbeRequest request)
    {
        request = _pending[0];
        if (_pendingCount == 0)
        {
            return false;
        }

        _pendingCount--;
        _pending.AsSpan(1).CopyTo(_pending);
        return true;
    }

    private static TimeSpan GrowthInterval(TimeSpan roundTrip)
    {
        var scaled = GrowthIntervalRoundTrips * roundTrip;
        return scaled > GrowthIntervalMin ? scaled : GrowthIntervalMin;
    }

    private bool IsRested(TimeSpan interval, Instant now) =>
        !IsWaiting(now) && IsLongAgo(_probedAt, interval, now);

    private static bool IsLongAgo(Instant at, TimeSpan interval, Instant now) =>
        !at.IsSet || now - at >= interval;

    private void Ask(Bitrate rate, Bitrate target, ProbeGoal goal, Instant now)
    {
        var isLonger = goal is not (ProbeGoal.Allocation or ProbeGoal.Recovery);
        _length = isLonger ? GrowthLength : LengthMin;
        _retriesLeft = goal == ProbeGoal.Idle ? RetriesIdle : RetriesMax;
        Ask(rate, target, now);
    }

    private void Ask(Bitrate rate, Bitrate target, Instant now)
    {
        if (!IsWaiting(now))
        {
            // Nobody took them: what they were for is over.
            _pendingCount = 0;
        }

        var most = Bitrate.Min(_rateMax, Wanted * WantedFactor);
        var capped = Bitrate.Min(rate, most);
        if (_pendingCount == PendingMax || capped <= target)
        {
            return;
        }

        // From 1 to 255: a number comes again after minutes, its packets are forgotten after seconds.
        _lastCluster = _lastCluster == byte.MaxValue ? (byte)1 : (byte)(_lastCluster + 1);
        var bytes = (int)capped.BytesIn(_length);
        _pending[_pendingCount++] = new ProbeRequest(_lastCluster, capped, bytes, PacketsMin);
        // Beyond the most there is nothing to ask for, whatever comes of it.
        _furtherAbove = rate < most ? capped * FurtherThreshold : new(long.MaxValue);
        _resultUntil = now + ResultMax + LengthOf(bytes, capped);
        _probedAt = now;
        _rate = rate;
    }

    /// <summary>How long a probe takes to leave: at low rates its least number of packets are long.</summary>
    private static TimeSpan LengthOf(int bytes, Bitrate rate) =>
        TimeSpan.FromSeconds(Math.Max(bytes, PacketsMin * PacketBytes) * 8.0 / rate.BitsPerSecond);
}
