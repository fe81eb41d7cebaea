using Edge.Primitives;

namespace Edge.Testing.Network;

/// <summary>One direction between two addresses: its conditions and what they remember.</summary>
internal sealed class VirtualLink(Prng random, LinkConditions conditions)
{
    private Instant _busyUntil;
    private Instant _lastArrival;
    private double _lastJitter = 0.5;
    private bool _isInBurst;

    internal enum Fate
    {
        Arrives,
        Lost,
        DroppedByMtu,
        DroppedByQueue,
    }

    public LinkConditions Conditions { get; set; } = conditions;

    public bool IsCut { get; set; }

    public Instant ClogUntil { get; set; }

    /// <summary>Datagrams held back, oldest first; few, so a list does.</summary>
    public List<VirtualFlight> Held { get; } = [];

    /// <summary>How long a datagram sent now would wait for the rate.</summary>
    public TimeSpan Queue(Instant now) =>
        Conditions.Rate != Bitrate.Zero && _busyUntil > now ? _busyUntil - now : TimeSpan.Zero;

    /// <summary>Decides what becomes of a datagram sent now, and when it arrives.</summary>
    public Fate Plan(int ipBytes, Instant now, out Instant arrival)
    {
        arrival = Instant.Never;
        if (Conditions.MtuBytes != 0 && ipBytes > Conditions.MtuBytes)
        {
            return Fate.DroppedByMtu;
        }

        if (IsLost())
        {
            return Fate.Lost;
        }

        if (!TryEnqueue(ipBytes, now, out var departure))
        {
            return Fate.DroppedByQueue;
        }

        arrival = Instant.Max(departure + NextDelay(), departure);
        if (Conditions.KeepsOrder)
        {
            arrival = Instant.Max(arrival, _lastArrival);
            _lastArrival = arrival;
        }

        return Fate.Arrives;
    }

    public bool DrawReorder() => Draw(Conditions.ReorderProbability);

    public bool DrawDuplicate() => Draw(Conditions.DuplicateProbability);

    private bool IsLost()
    {
        if (Conditions.Bursts is { } bursts)
        {
            _isInBurst = _isInBurst ? !Draw(bursts.ToGood) : Draw(bursts.ToBad);
            if (Draw(_isInBurst ? bursts.LossInBad : bursts.LossInGood))
            {
                return true;
            }
        }

        return Draw(Conditions.Loss);
    }

    /// <summary>The queue before a limited link drains at its rate; what would overfill it is dropped.</summary>
    private bool TryEnqueue(int ipBytes, Instant now, out Instant departure)
    {
        departure = now;
        if (Conditions.Rate == Bitrate.Zero)
        {
            return true;
        }

        var start = Instant.Max(_busyUntil, now);
        var waitingBytes = Conditions.Rate.BytesIn(start - now);
        if (waitingBytes + ipBytes > Conditions.QueueBytes)
        {
            return false;
        }

        // Integer ticks, rounded up: the same on every machine.
        var bitTicks = checked(ipBytes * 8L * TimeSpan.TicksPerSecond);
        var rate = Conditions.Rate.BitsPerSecond;
        departure = start + new TimeSpan((bitTicks + rate - 1) / rate);
        _busyUntil = departure;
        return true;
    }

    /// <summary>As tc-netem: a uniform draw blended with the one before.</summary>
    private TimeSpan NextDelay()
    {
        if (Conditions.Jitter == TimeSpan.Zero)
        {
            return Conditions.Delay;
        }

        var correlation = Conditions.JitterCorrelation;
        _lastJitter = (correlation * _lastJitter) + ((1 - correlation) * random.NextDouble());
        return Conditions.Delay
            + new TimeSpan((long)(((2 * _lastJitter) - 1) * Conditions.Jitter.Ticks));
    }

    /// <summary>Draws nothing for chances of 0 and 1, so that turning one effect on leaves the others' draws.</summary>
    private bool Draw(double probability) =>
        probability > 0 && (probability >= 1 || random.NextDouble() < probability);
}
