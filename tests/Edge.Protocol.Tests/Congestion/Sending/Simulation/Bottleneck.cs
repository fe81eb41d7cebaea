using Edge.Primitives;

namespace Edge.Protocol.Tests.Congestion.Sending.Simulation;

/// <summary>One direction of a path: a queue before a rate, a delay, and what a channel does beside.</summary>
/// <remarks>Packets leave in order. The queue is kept in bytes, so that it takes longer when the rate
/// falls.</remarks>
internal sealed class Bottleneck(PathConditions conditions, Prng random)
{
    private const double HoldPauseMs = 40;

    private double _queuedBytes;
    private Instant _queuedAt = Instant.Zero;
    private Instant _lastArrival = Instant.Zero;
    private Instant _heldUntil = Instant.Zero;
    private Instant _holdsAt = Instant.Zero;

    /// <summary>What it carries now.</summary>
    public Bitrate Rate { get; set; } = conditions.Rate;

    /// <summary>From end to end without queue.</summary>
    public TimeSpan Delay { get; set; } = conditions.Delay;

    /// <summary>The time between two moments at which a channel in power save lets packets through; zero
    /// for always.</summary>
    public TimeSpan BeaconEvery { get; set; }

    /// <summary>The share lost behind the bottleneck, by chance.</summary>
    public double Loss { get; set; } = conditions.Loss;

    /// <summary>Whether nothing comes through, as in a tunnel.</summary>
    public bool IsCut { get; set; }

    /// <summary>How long a packet would wait that came now.</summary>
    public TimeSpan Queue(Instant now)
    {
        Empty(now);
        return TimeSpan.FromSeconds(_queuedBytes * 8 / Rate.BitsPerSecond);
    }

    /// <summary>A packet comes; false when it is lost. Its arrival is never before that of one sent
    /// earlier, but for those that take another way.</summary>
    public bool TryPass(int bytes, Instant now, out Instant arrival, out TimeSpan queued)
    {
        queued = Queue(now);
        arrival = Instant.Never;
        if (IsCut || queued > conditions.QueueMax)
        {
            return false;
        }

        _queuedBytes += bytes;
        var passed = now + Queue(now) + Delay;
        arrival = Instant.Max(WaitForBeacon(Hold(passed)), _lastArrival);
        _lastArrival = arrival;
        if (conditions.Reordered > 0 && random.NextDouble() < conditions.Reordered)
        {
            arrival += conditions.DetourMax * random.NextDouble();
        }

        return random.NextDouble() >= Loss;
    }

    private void Empty(Instant now)
    {
        _queuedBytes = Math.Max(0, _queuedBytes - Rate.BytesIn(now - _queuedAt));
        _queuedAt = now;
    }

    /// <summary>The channel is busy at times: what comes meanwhile goes on together.</summary>
    private Instant Hold(Instant passed)
    {
        if (conditions.HoldMax > TimeSpan.Zero && passed >= _holdsAt)
        {
            _heldUntil = passed + conditions.HoldMax * random.NextDouble();
            var pauseMs = -Math.Log(1 - random.NextDouble()) * HoldPauseMs;
            _holdsAt = _heldUntil + TimeSpan.FromMilliseconds(pauseMs);
        }

        return Instant.Max(passed, _heldUntil);
    }

    private Instant WaitForBeacon(Instant passed)
    {
        var every = BeaconEvery.Ticks;
        return every == 0 ? passed : new((passed.Ticks + every - 1) / every * every);
    }
}
