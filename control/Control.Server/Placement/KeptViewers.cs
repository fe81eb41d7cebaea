using System.Collections.Immutable;
using Control.Contract;
using Control.Contract.Nodes;

namespace Control.Server.Placement;

/// <summary>How many viewers nodes said last that streams have, for when one does not answer in time: its viewers
/// would be gone from the sum, and there again the next time.</summary>
/// <remarks>
/// Bounded by time: what was said before <see cref="KeptFor"/> is neither used nor, twice as late, kept. Streams without
/// viewers are not kept. Threads: any.
/// </remarks>
/// <param name="time">The clock.</param>
internal sealed class KeptViewers(TimeProvider time)
{
    /// <summary>How long an answer is good for. Chosen: streams are counted every 5 seconds, and an answer that does not
    /// come is waited for 2: one may be missed.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly Dictionary<(NodeAddress Node, StreamKey Stream), Answer> _answers = [];
    private long _forgotAt = time.GetTimestamp();

    /// <summary>Takes what a node answered, in the order of the question.</summary>
    public void Keep(
        NodeAddress node,
        ImmutableArray<StreamKey> streams,
        ImmutableArray<int> viewers
    )
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            ForgetOld(now);
            for (var index = 0; index < streams.Length; index++)
            {
                if (viewers[index] == 0)
                {
                    _answers.Remove((node, streams[index]));
                    continue;
                }

                _answers[(node, streams[index])] = new Answer(viewers[index], now);
            }
        }
    }

    /// <summary>What a node said last of streams; none when nothing is kept of them.</summary>
    public ImmutableArray<int> Find(NodeAddress node, ImmutableArray<StreamKey> streams)
    {
        var viewers = ImmutableArray.CreateBuilder<int>(streams.Length);
        var isKnown = false;
        lock (_lock)
        {
            var now = time.GetTimestamp();
            foreach (var stream in streams)
            {
                var isKept =
                    _answers.TryGetValue((node, stream), out var kept) && !IsOld(kept, now);
                viewers.Add(isKept ? kept.Viewers : 0);
                isKnown |= isKept;
            }
        }

        return isKnown ? viewers.MoveToImmutable() : [];
    }

    private bool IsOld(Answer answer, long now) => time.GetElapsedTime(answer.At, now) > KeptFor;

    /// <summary>Forgets once in a while, so that each answer is walked over a few times only.</summary>
    private void ForgetOld(long now)
    {
        if (time.GetElapsedTime(_forgotAt, now) < KeptFor)
        {
            return;
        }

        _forgotAt = now;
        foreach (var (key, answer) in _answers)
        {
            if (IsOld(answer, now))
            {
                _answers.Remove(key);
            }
        }
    }

    private readonly record struct Answer(int Viewers, long At);
}
