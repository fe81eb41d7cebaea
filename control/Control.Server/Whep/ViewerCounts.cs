using System.Collections.Immutable;
using Control.Contract;

namespace Control.Server.Whep;

/// <summary>How many viewers streams have, as far as somebody wants to know.</summary>
/// <remarks>
/// Nodes are asked for all wanted streams together, so that what they are asked does not grow with the streams or their
/// viewers: one question a node and second at most, of what was not counted for <see cref="Interval"/>.
/// Bounded: a stream that nobody looked at for <see cref="WantedFor"/> is forgotten.
/// Threads: any.
/// </remarks>
internal sealed class ViewerCounts(IMediaNode node, TimeProvider time)
{
    /// <summary>Least time between two counts of a stream. Chosen: people who watch a number see it move.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan RoundInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan WantedFor = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly Dictionary<StreamKey, Count> _counts = [];
    private long? _roundAt;
    private bool _isCounting;

    /// <summary>The viewers of a stream as they were counted last; null while they were not. Who looks when a count is
    /// due waits for it.</summary>
    public async ValueTask<int?> LookAsync(StreamKey stream, CancellationToken cancellation)
    {
        var due = Note(stream);
        if (!due.IsEmpty)
        {
            await CountAsync(due, cancellation);
        }

        lock (_lock)
        {
            return _counts.GetValueOrDefault(stream)?.Viewers;
        }
    }

    /// <summary>Notes that a stream is wanted; the streams that the caller has to count now.</summary>
    private ImmutableArray<StreamKey> Note(StreamKey stream)
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            if (!_counts.TryGetValue(stream, out var count))
            {
                _counts.Add(stream, count = new Count());
            }

            count.WantedAt = now;
            if (
                _isCounting
                || _roundAt is { } before && time.GetElapsedTime(before, now) < RoundInterval
            )
            {
                return [];
            }

            var due = FindDue(now);
            _isCounting = !due.IsEmpty;
            _roundAt = due.IsEmpty ? _roundAt : now;
            return due;
        }
    }

    /// <summary>The streams to be counted, those first that never were, or not for longest.</summary>
    private ImmutableArray<StreamKey> FindDue(long now)
    {
        foreach (var (stream, count) in _counts)
        {
            if (time.GetElapsedTime(count.WantedAt, now) > WantedFor)
            {
                _counts.Remove(stream);
            }
        }

        return
        [
            .. _counts
                .Where(each =>
                    each.Value.CountedAt is not { } at || time.GetElapsedTime(at, now) >= Interval
                )
                .OrderBy(each => each.Value.CountedAt ?? long.MinValue)
                .Take(ViewerCountRequest.StreamsMax)
                .Select(each => each.Key),
        ];
    }

    private async ValueTask CountAsync(
        ImmutableArray<StreamKey> streams,
        CancellationToken cancellation
    )
    {
        ImmutableArray<int> viewers = [];
        try
        {
            var result = await node.CountViewersAsync(
                new ViewerCountRequest(streams),
                cancellation
            );
            viewers = result.Viewers;
        }
        finally
        {
            lock (_lock)
            {
                _isCounting = false;
                Take(streams, viewers);
            }
        }
    }

    /// <summary>Takes what was counted; where nobody answered, what was known before stays.</summary>
    private void Take(ImmutableArray<StreamKey> streams, ImmutableArray<int> viewers)
    {
        for (var index = 0; index < streams.Length; index++)
        {
            if (viewers.Length == streams.Length && _counts.TryGetValue(streams[index], out var of))
            {
                of.Viewers = viewers[index];
                of.CountedAt = time.GetTimestamp();
            }
        }
    }

    private sealed class Count
    {
        /// <summary>When somebody looked at it last.</summary>
        public long WantedAt { get; set; }

        /// <summary>When it was counted; null before.</summary>
        public long? CountedAt { get; set; }

        /// <summary>How many there were; null before.</summary>
        public int? Viewers { get; set; }
    }
}
