using System.Collections.Immutable;
using Control.Contract;

namespace Control.Server.Whep;

/// <summary>How many viewers streams have, as far as somebody wants to know.</summary>
/// <remarks>
/// Nodes are asked for all wanted streams together, so that what they are asked does not grow with the streams or their
/// viewers: one question a node and second at most, of what was not counted for <see cref="Interval"/>. Nobody waits for
/// an answer: it is there at a later look.
/// Bounded: a stream that nobody looked at for <see cref="WantedFor"/> is forgotten.
/// Threads: any.
/// </remarks>
/// <param name="node">Who counts.</param>
/// <param name="time">The clock.</param>
/// <param name="stopping">Ends what is being counted.</param>
internal sealed class ViewerCounts(IMediaNode node, TimeProvider time, CancellationToken stopping)
{
    /// <summary>Least time between two counts of a stream. Chosen: people who watch a number see it move.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan RoundInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan WantedFor = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly Dictionary<StreamKey, Count> _counts = [];
    private Task _counting = Task.CompletedTask;
    private long? _roundAt;

    /// <summary>The viewers of a stream as they were counted last; null while they were not. Errors: what the count
    /// before failed of, to the one who looks next.</summary>
    public async ValueTask<int?> LookAsync(StreamKey stream)
    {
        int? viewers;
        var ended = Task.CompletedTask;
        lock (_lock)
        {
            var now = time.GetTimestamp();
            viewers = Note(stream, now).Viewers;
            if (_counting.IsCompleted)
            {
                ended = _counting;
                _counting = IsRoundDue(now) ? BeginRound(now) : Task.CompletedTask;
            }
        }

        await ended;
        return viewers;
    }

    /// <summary>Notes that a stream is wanted.</summary>
    private Count Note(StreamKey stream, long now)
    {
        if (!_counts.TryGetValue(stream, out var count))
        {
            _counts.Add(stream, count = new Count());
        }

        count.WantedAt = now;
        return count;
    }

    private bool IsRoundDue(long now) =>
        _roundAt is not { } before || time.GetElapsedTime(before, now) >= RoundInterval;

    private Task BeginRound(long now)
    {
        _roundAt = now;
        var due = FindDue(now);
        return due.IsEmpty ? Task.CompletedTask : CountAsync(due);
    }

    /// <summary>The streams to be counted; where they are too many those that never were, or not for longest.</summary>
    private ImmutableArray<StreamKey> FindDue(long now)
    {
        var due = new List<(StreamKey Stream, long CountedAt)>();
        foreach (var (stream, count) in _counts)
        {
            if (time.GetElapsedTime(count.WantedAt, now) > WantedFor)
            {
                _counts.Remove(stream);
            }
            else if (count.CountedAt is not { } at || time.GetElapsedTime(at, now) >= Interval)
            {
                due.Add((stream, count.CountedAt ?? long.MinValue));
            }
        }

        if (due.Count > ViewerCountRequest.StreamsMax)
        {
            due.Sort((left, right) => left.CountedAt.CompareTo(right.CountedAt));
        }

        return [.. due.Take(ViewerCountRequest.StreamsMax).Select(each => each.Stream)];
    }

    private async Task CountAsync(ImmutableArray<StreamKey> streams)
    {
        // It is begun under the lock, and nodes are asked without it.
        await Task.Yield();
        var result = await node.CountViewersAsync(new ViewerCountRequest(streams), stopping);
        lock (_lock)
        {
            Take(streams, result.Viewers);
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
