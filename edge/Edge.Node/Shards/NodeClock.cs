using System.Diagnostics;
using Edge.Primitives;

namespace Edge.Node.Shards;

/// <summary>The one timeline of a node: every shard's <c>now</c> comes from here, so that packets and
/// sessions keep their times when they cross shards.</summary>
/// <remarks>Threads: any. Clock: monotonic, from the node's start.</remarks>
internal sealed class NodeClock
{
    private static readonly double InstantTicksPerTick =
        (double)TimeSpan.TicksPerSecond / Stopwatch.Frequency;

    private readonly long _origin = Stopwatch.GetTimestamp();

    /// <summary>Starts the timeline and ties it to wall time once.</summary>
    public NodeClock()
    {
        Anchor = new ClockAnchor(
            Now(),
            NtpTimestamp.FromUnixTime(DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch)
        );
    }

    /// <summary>The bridge to wall time.</summary>
    public ClockAnchor Anchor { get; }

    /// <summary>A number that this start of the node has alone, and that a later start's is above, unless the clock was set
    /// back by more than the node was away.</summary>
    public ulong Life => Anchor.Ntp.Value;

    /// <summary>The wall time, since 1970 UTC, of this timeline's zero by the clocks of now.</summary>
    /// <remarks>A thread that is interrupted between the two readings gets them too far apart: the
    /// closest of some pairs is taken.</remarks>
    [HotPath]
    public TimeSpan WallAtZero()
    {
        const int pairsMax = 4;
        var closeEnough = TimeSpan.FromMicroseconds(5);
        var closest = TimeSpan.MaxValue;
        var wallAtZero = TimeSpan.Zero;
        for (var pair = 0; pair < pairsMax && closest > closeEnough; pair++)
        {
            var before = Now();
            var wall = DateTime.UtcNow - DateTime.UnixEpoch;
            var apart = Now() - before;
            if (apart < closest)
            {
                closest = apart;
                wallAtZero = wall - new TimeSpan(before.Ticks) - (apart / 2);
            }
        }

        return wallAtZero;
    }

    /// <summary>The present. A shard reads it once or twice in a turn of its loop.</summary>
    [HotPath]
    public Instant Now() => new((long)((Stopwatch.GetTimestamp() - _origin) * InstantTicksPerTick));
}
