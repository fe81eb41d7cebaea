using Edge.Primitives;

namespace Edge.Mesh.Names;

/// <summary>Settles who publishes a stream, as a node sees it that publishes or plays it.</summary>
/// <remarks>
/// Sans-IO. Whoever publishes says so, again each <see cref="RepeatInterval"/>. The newest generation wins, on
/// both sides of a partition for itself and, once it has healed, everywhere. Generations are wall time; a
/// publisher that comes anew and hears a later generation said again knows that the clock lies, and goes above
/// it. Threads: one at a time.
/// </remarks>
/// <param name="self">This node.</param>
public sealed class ClaimedName(NodeAddress self)
{
    /// <summary>How often a claim is said again. Chosen: how long two publishers of one name may last after
    /// a partition; a message of 60 bytes for each stream that somebody else knows.</summary>
    public static readonly TimeSpan RepeatInterval = TimeSpan.FromSeconds(3);

    /// <summary>How long a publisher counts as new, so that no older one can be right.</summary>
    private static readonly TimeSpan NewAge = TimeSpan.FromSeconds(5);

    private StreamClaim? _asked;
    private Instant _ownSince = Instant.Never;
    private Instant _repeatAt = Instant.Never;

    /// <summary>The claim of this node's publisher; null without one.</summary>
    public StreamClaim? Own { get; private set; }

    /// <summary>This node has a publisher from now on, or another one.</summary>
    /// <param name="wallTicks">Wall time, in ticks.</param>
    /// <param name="now">The time.</param>
    /// <returns>What is to be said.</returns>
    public StreamClaim Publish(ulong wallTicks, Instant now)
    {
        var before = Own ?? _asked;
        var own = new StreamClaim(Math.Max(wallTicks, (before?.Generation ?? 0) + 1), self);
        Own = own;
        _ownSince = now;
        _repeatAt = now + RepeatInterval;
        return own;
    }

    /// <summary>This node has a publisher no more; false when it had none.</summary>
    /// <param name="ended">What is to be said to be over.</param>
    public bool TryUnpublish(out StreamClaim ended)
    {
        ended = Own ?? default;
        var hadOne = Own is not null;
        Own = null;
        _repeatAt = Instant.Never;
        return hadOne;
    }

    /// <summary>Takes what is due to be said again; false when nothing is.</summary>
    public bool TryRepeat(out StreamClaim own, Instant now)
    {
        own = Own ?? default;
        if (Own is null || _repeatAt > now)
        {
            return false;
        }

        _repeatAt = now + RepeatInterval;
        return true;
    }

    /// <summary>When <see cref="TryRepeat"/> has something to give.</summary>
    public Instant PollTimeout() => _repeatAt;

    /// <summary>Judges a claim of another node.</summary>
    /// <param name="heard">The claim.</param>
    /// <param name="isRepeated">Whether it was said before.</param>
    /// <param name="followed">The claim of the node that is followed; null for none.</param>
    /// <param name="now">The time.</param>
    public ClaimVerdict Judge(
        StreamClaim heard,
        bool isRepeated,
        StreamClaim? followed,
        Instant now
    )
    {
        if (Own is { } own)
        {
            if (!heard.IsNewerThan(own))
            {
                return isRepeated ? ClaimVerdict.Nothing : ClaimVerdict.SayAgain;
            }

            if (isRepeated && now - _ownSince < NewAge)
            {
                Own = own with { Generation = heard.Generation + 1 };
                return ClaimVerdict.Say;
            }
        }

        if (
            (followed is { } other && !heard.IsNewerThan(other))
            || (_asked is { } asked && !heard.IsNewerThan(asked))
        )
        {
            return ClaimVerdict.Nothing;
        }

        _asked = heard;
        return ClaimVerdict.Ask;
    }

    /// <summary>Asking about a claim has ended, however. What was not answered is asked again at the next one.</summary>
    public void EndAsk(StreamClaim asked)
    {
        if (_asked == asked)
        {
            _asked = null;
        }
    }
}
