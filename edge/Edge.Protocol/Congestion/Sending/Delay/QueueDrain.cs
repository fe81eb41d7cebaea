using Edge.Primitives;

namespace Edge.Protocol.Congestion.Sending.Delay;

/// <summary>How much less than the path carries is to be sent so that a queue of ours empties soon.</summary>
/// <remarks>
/// After a step down to a quarter of the rate a queue holds half a second; at 0.85 of what the path carries
/// it would take three more to empty. So the rate goes lower for a moment, in proportion to the queue.
/// </remarks>
internal sealed partial class QueueDrain
{
    /// <summary>The queue is to be gone after about this time. Chosen: a step from 2.5 Mbit/s to
    /// 600 kbit/s is over within the second that the issue grants.</summary>
    private static readonly TimeSpan Within = TimeSpan.FromMilliseconds(500);

    /// <summary>Chosen: below what anyone notices, above what measuring errs.</summary>
    private static readonly TimeSpan Done = TimeSpan.FromMilliseconds(8);

    /// <summary>The least share sent meanwhile. Chosen: sound and the lowest layer go on.</summary>
    private const double ShareMin = 0.4;

    /// <summary>When it is given up: what does not empty is not ours.</summary>
    private static readonly TimeSpan LengthMax = TimeSpan.FromSeconds(3);

    private Instant _endsAt = Instant.Never;

    /// <summary>The share of the estimate to send; 1 while nothing has to empty.</summary>
    public double Share { get; private set; } = 1;

    /// <summary>Begins, or goes on for longer.</summary>
    public void Start(Instant now) => _endsAt = now + LengthMax;

    /// <summary>Follows the queue.</summary>
    [HotPath]
    public void HandleQueue(TimeSpan standing, Instant now)
    {
        if (!_endsAt.IsSet)
        {
            return;
        }

        if (standing <= Done || now >= _endsAt)
        {
            _endsAt = Instant.Never;
            Share = 1;
            return;
        }

        Share = Math.Clamp(1 - standing / Within, ShareMin, 1);
    }
}
