using Edge.Primitives;

namespace Edge.Mesh.Names;

/// <summary>Settles who publishes a stream, as a node sees it that publishes or plays it.</summary>
/// <remarks>
/// Sans-IO. Whoever publishes says so, again each <see cref="RepeatInterval"/>. The newest generation wins, on
/// both sides of a partition for itself and, once it has healed, everywhere. Generations are wall time, and
/// clocks lie: each claim also says for how long its publisher has been there, so that one whose generation is
/// later although it came earlier is seen, and topped. Threads: one at a time.
/// </remarks>
/// <param name="self">This node.</param>
public sealed class ClaimedName(NodeAddress self)
{
    /// <summary>How often a claim is said again. Chosen: how long two publishers of one name may last after
    /// a partition; a message of 60 bytes for each stream that somebody else knows.</summary>
    public static readonly TimeSpan RepeatInterval = TimeSpan.FromSeconds(3);

    private StreamClaim? _asked;
    private Instant _ownSince = Instant.Never;
    private Instant _repeatAt = Instant.Never;

    /// <summary>The claim of this node's publisher; null without one.</summary>
    public StreamClaim? Own { get; private set; }

    /// <summary>This node has a publisher from now on, or another one.</summary>
    /// <param name="wallTicks">Wall time, in ticks.</param>
    /// <param name="now">The time.</param>
    /// <returns>What is to be said.</returns>
    public ClaimNotice Publish(ulong wallTicks, Instant now)
    {
        var before = Own ?? _asked;
        var own = new StreamClaim(Math.Max(wallTicks, (before?.Generation ?? 0) + 1), self);
        Own = own;
        _ownSince = now;
        _repeatAt = now + RepeatInterval;
        return new ClaimNotice(own);
    }

    /// <summary>A publisher of another node goes on here, or one that left goes on after all.</summary>
    /// <param name="former">What was claimed for it.</param>
    /// <param name="age">For how long it has been there.</param>
    /// <param name="now">The time.</param>
    /// <returns>What is to be said: of two claims for one publisher this one is newer, so that all follow it here.</returns>
    public ClaimNotice GoOn(StreamClaim former, TimeSpan age, Instant now)
    {
        var own = former.GoingOnAt(self);
        Own = own;
        _ownSince = now - age;
        _repeatAt = now + RepeatInterval;
        return Say(own, now);
    }

    /// <summary>What is claimed for this node's publisher now; null when there is none. Nothing is said.</summary>
    public ClaimNotice? Tell(Instant now) => Own is { } own ? Say(own, now) : null;

    /// <summary>This node's publisher goes on at another node; null when there is none. Nothing is said.</summary>
    public ClaimNotice? Release(Instant now)
    {
        if (Own is not { } own)
        {
            return null;
        }

        Own = null;
        _repeatAt = Instant.Never;
        return Say(own, now);
    }

    /// <summary>This node has a publisher no more; false when it had none.</summary>
    /// <param name="ended">What is to be said.</param>
    public bool TryUnpublish(out ClaimNotice ended)
    {
        ended = new ClaimNotice(Own ?? default) { HasEnded = true };
        var hadOne = Own is not null;
        Own = null;
        _repeatAt = Instant.Never;
        return hadOne;
    }

    /// <summary>Takes what is due to be said again; false when nothing is.</summary>
    public bool TryRepeat(out ClaimNotice said, Instant now)
    {
        said = default;
        if (Own is not { } own || _repeatAt > now)
        {
            return false;
        }

        _repeatAt = now + RepeatInterval;
        said = Say(own, now) with { IsRepeated = true };
        return true;
    }

    /// <summary>When <see cref="TryRepeat"/> has something to give.</summary>
    public Instant PollTimeout() => _repeatAt;

    /// <summary>Judges a claim of another node that has not ended.</summary>
    /// <param name="heard">The claim.</param>
    /// <param name="followed">The claim of the node that is followed; null for none.</param>
    /// <param name="answer">What is to be said.</param>
    /// <param name="now">The time.</param>
    public ClaimVerdict Judge(
        in ClaimNotice heard,
        StreamClaim? followed,
        out ClaimNotice answer,
        Instant now
    )
    {
        answer = default;
        var claim = heard.Claim;
        if (Own is { } own)
        {
            if (!claim.IsNewerThan(own))
            {
                answer = Say(own, now) with { IsRepeated = true };
                return heard.IsRepeated ? ClaimVerdict.Nothing : ClaimVerdict.Answer;
            }

            // It was there before this node's publisher came. The time on the way is on the other's side, so
            // that of two that came at once neither thinks so.
            if (heard.Age > now - _ownSince)
            {
                Own = own with { Generation = claim.Generation + 1 };
                answer = Say(Own.Value, now);
                return ClaimVerdict.Answer;
            }
        }

        if (
            (followed is { } other && !claim.IsNewerThan(other))
            || (_asked is { } asked && !claim.IsNewerThan(asked))
        )
        {
            return ClaimVerdict.Nothing;
        }

        _asked = claim;
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

    private ClaimNotice Say(StreamClaim own, Instant now) => new(own) { Age = now - _ownSince };
}
