using System.Collections.Immutable;

namespace Control.Server.Calls;

/// <summary>Keeps the answers to requests with an Idempotency-Key, so that a client that lost one gets it
/// again instead of doing the thing twice. Threads: any.</summary>
/// <remarks>
/// A repetition that comes while the first is still at work waits for the first's answer. Answers that
/// asking again can change are not kept. Bounded by count and by bytes; the oldest is forgotten first.
/// </remarks>
internal sealed class IdempotencyStore(int countMax, TimeSpan lifetime, TimeProvider time)
{
    // Chosen: with answers of 4 KB, the default count fits.
    private const long BytesMax = 64 * 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly Queue<Entry> _order = new();
    private long _bytes;

    /// <summary>Runs a request, or finds what it was answered the first time.</summary>
    /// <param name="key">Caller, path and key of the client together.</param>
    /// <param name="digest">Of what the client asks for.</param>
    /// <param name="runAsync">Does it; does not throw, or the exception is everybody's.</param>
    public async Task<IdempotentAnswer> RunAsync(
        string key,
        ImmutableArray<byte> digest,
        Func<Task<CallsAnswer>> runAsync
    )
    {
        Entry entry;
        lock (_lock)
        {
            Forget();
            if (_entries.TryGetValue(key, out var found))
            {
                return found.Digest.AsSpan().SequenceEqual(digest.AsSpan())
                    ? new IdempotentAnswer.Again(found.Answer.Task)
                    : new IdempotentAnswer.Mismatch();
            }

            entry = new Entry(key, digest, time.GetTimestamp());
            _entries.Add(key, entry);
            _order.Enqueue(entry);
        }

        return new IdempotentAnswer.First(await RunFirstAsync(entry, runAsync));
    }

    private async Task<CallsAnswer> RunFirstAsync(Entry entry, Func<Task<CallsAnswer>> runAsync)
    {
        try
        {
            var answer = await runAsync();
            Keep(entry, answer);
            entry.Answer.SetResult(answer);
            return answer;
        }
        catch (Exception exception)
        {
            Drop(entry);
            entry.Answer.SetException(exception);
            throw;
        }
    }

    private void Keep(Entry entry, CallsAnswer answer)
    {
        if (answer.IsPassing)
        {
            Drop(entry);
            return;
        }

        lock (_lock)
        {
            if (!entry.IsForgotten)
            {
                entry.Bytes = answer.Body.Length;
                _bytes += entry.Bytes;
            }
        }
    }

    private void Drop(Entry entry)
    {
        lock (_lock)
        {
            // Its place in the queue is passed over when its turn comes.
            Remove(entry);
        }
    }

    private void Forget()
    {
        while (_order.TryPeek(out var oldest))
        {
            var isOld = time.GetElapsedTime(oldest.At) >= lifetime;
            if (!isOld && _order.Count <= countMax - 1 && _bytes <= BytesMax)
            {
                return;
            }

            Remove(_order.Dequeue());
        }
    }

    private void Remove(Entry entry)
    {
        if (!entry.IsForgotten)
        {
            entry.IsForgotten = true;
            _bytes -= entry.Bytes;
            _entries.Remove(entry.Key);
        }
    }

    private sealed class Entry(string key, ImmutableArray<byte> digest, long at)
    {
        public string Key => key;

        public ImmutableArray<byte> Digest => digest;

        public long At => at;

        public long Bytes { get; set; }

        public bool IsForgotten { get; set; }

        public TaskCompletionSource<CallsAnswer> Answer { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
