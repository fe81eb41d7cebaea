using Edge.Primitives;

namespace Edge.Node.Shards.Handshakes;

/// <summary>How much of a media thread's time the handshakes of joining clients may take: a storm of them is
/// admitted at a bounded rate, and one alone at once.</summary>
/// <remarks>A leaky bucket of time: what a step took is owed twice, and owed time passes by itself.
/// Threads: one owner.</remarks>
internal sealed class HandshakeBudget
{
    /// <summary>Of so many parts of the time handshakes may take one. Chosen: half of a core makes some 600 of them a
    /// second, and leaves the other half to who is there already.</summary>
    private const int ShareParts = 2;

    /// <summary>Time that may be owed while steps go on. Chosen: ten steps, so that clients who come by the dozen
    /// do not wait.</summary>
    private static readonly TimeSpan OwedMax = TimeSpan.FromMilliseconds(5);

    private Instant _paidAt = Instant.Zero;

    /// <summary>From when a step may be made.</summary>
    public Instant Next => _paidAt - OwedMax;

    /// <summary>Takes what a step has cost.</summary>
    /// <param name="cost">How long it took.</param>
    /// <param name="now">When it began.</param>
    [HotPath]
    public void Spend(TimeSpan cost, Instant now) =>
        _paidAt = Instant.Max(_paidAt, now) + (cost * ShareParts);
}
