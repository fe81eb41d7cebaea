using Edge.Primitives;

namespace Edge.Protocol.DataChannels.Sending;

/// <summary>Messages that wait to be cut into chunks, stream by stream in turns.</summary>
/// <remarks>
/// Shape: streams with waiting messages stand in a line; the first gives one whole message and goes to
/// the end, because the fragments of a message have consecutive TSNs (RFC 9260 §6.9). Bounded by those
/// who enqueue (<see cref="DataChannelTransport.Send"/>). Priorities are not looked at.
/// </remarks>
internal sealed partial class OutgoingQueue(MessagePool pool, DataChannelCounters counters)
{
    /// <summary>Message objects kept for later. Chosen: what a usual channel has outstanding; a flood of
    /// small ones must not stay for as long as the session.</summary>
    private const int SpareMax = 256;

    private readonly Stack<OutgoingMessage> _spare = new();
    private readonly Queue<OutgoingStream> _low = new();
    private readonly List<OutgoingStream> _blocked = [];
    private OutgoingStream? _firstScheduled;
    private OutgoingStream? _lastScheduled;
    private OutgoingMessage? _current;

    /// <summary>Messages that have bytes without a TSN.</summary>
    public int WaitingCount { get; private set; }

    /// <summary>What all messages hold, sent ones included.</summary>
    public long HeldBytes { get; private set; }

    /// <summary>Whether the peer understands FORWARD TSN, so that messages may be given up.</summary>
    public bool MayAbandon { get; set; } = true;

    /// <summary>Takes a copy of a message.</summary>
    public void Enqueue(OutgoingStream stream, ReadOnlySpan<byte> bytes, in OutgoingTerms terms)
    {
        var message = _spare.TryPop(out var spare) ? spare : new OutgoingMessage();
        message.Stream = stream;
        message.Buffer = pool.Rent(bytes.Length);
        bytes.CopyTo(message.Buffer);
        message.Length = bytes.Length;
        message.Terms = terms;
        if (stream.Last is { } last)
        {
            last.Next = message;
        }
        else
        {
            stream.First = message;
        }

        stream.Last = message;
        stream.MessageCount++;
        stream.BufferedBytes += message.UserBytes;
        stream.HeldBytes += message.Length + OutgoingMessage.CostBytes;
        HeldBytes += message.Length + OutgoingMessage.CostBytes;
        WaitingCount++;
        Schedule(stream);
    }

    /// <summary>The message to cut the next chunk from; null when none waits. Expired ones that were not
    /// begun are given up on the way.</summary>
    public OutgoingMessage? Peek(Instant now)
    {
        while (true)
        {
            if (_current is { } current)
            {
                if (current.SentBytes > 0 || !MayAbandon || !current.IsExpired(now))
                {
                    return current;
                }

                _current = null;
                Drop(current);
                continue;
            }

            if (_firstScheduled is null)
            {
                return null;
            }

            var stream = Unschedule();
            _current = TakeFirst(stream);
            Schedule(stream);
        }
    }

    /// <summary>Says that so many bytes of the current message have a TSN now.</summary>
    public void Advance(OutgoingMessage message, int lengthBytes)
    {
        if (message.SentBytes == 0 && !message.Terms.IsUnordered)
        {
            // Not before: a message given up unsent must leave no hole in the order.
            var stream = message.Stream!;
            message.Sequence = stream.NextSequence;
            stream.NextSequence = unchecked((ushort)(stream.NextSequence + 1)); // Wraps (RFC 9260 §6.5).
        }

        message.SentBytes += lengthBytes;
        if (message.SentBytes == message.Length)
        {
            LeaveCurrent(message);
        }
    }

    /// <summary>Gives a begun message up: its bytes are let go at once, the object when its TSNs are
    /// acknowledged.</summary>
    public void Abandon(OutgoingMessage message)
    {
        counters.Value.MessagesAbandoned++;
        message.IsAbandoned = true;
        LeaveCurrent(message);
        LetGoBytes(message);
    }

    /// <summary>Ends a message that the peer has, or whose TSNs it skipped.</summary>
    public void Release(OutgoingMessage message)
    {
        LetGoBytes(message);
        message.Stream!.MessageCount--;
        message.Stream = null;
        message.Next = null;
        message.SentBytes = 0;
        message.FirstTsn = 0;
        message.LastTsn = 0;
        message.IsAbandoned = false;
        if (_spare.Count < SpareMax)
        {
            _spare.Push(message);
        }
    }

    /// <summary>Gives up what a stream has not begun to send.</summary>
    public void DiscardWaiting(OutgoingStream stream)
    {
        while (TakeFirst(stream) is { } message)
        {
            Drop(message);
        }
    }

    /// <summary>Gives up what a stream has not begun to send and whose time is over.</summary>
    public void DiscardExpired(OutgoingStream stream, Instant now)
    {
        while (MayAbandon && stream.First is { } first && first.IsExpired(now))
        {
            Drop(TakeFirst(stream)!);
        }
    }

    /// <summary>Gives up everything that waits, the current message included; its sent chunks are the
    /// caller's to release.</summary>
    public void Clear()
    {
        if (_current is { SentBytes: > 0 } begun)
        {
            Abandon(begun);
        }
        else if (_current is { } current)
        {
            _current = null;
            Drop(current);
        }

        while (_firstScheduled is not null)
        {
            DiscardWaiting(Unschedule());
        }
    }

    /// <summary>Remembers that a Send found no room, so that a BufferedAmountLow follows.</summary>
    public void NoteBlocked(OutgoingStream stream)
    {
        if (!stream.IsBlocked)
        {
            stream.IsBlocked = true;
            _blocked.Add(stream);
        }
    }

    /// <summary>Tells blocked streams to try again while all together hold less than a number of bytes.</summary>
    public void Unblock(long belowBytes)
    {
        if (_blocked.Count == 0 || HeldBytes >= belowBytes)
        {
            return;
        }

        for (var index = _blocked.Count - 1; index >= 0; index--)
        {
            var stream = _blocked[index];
            if (stream.BufferedBytes <= stream.LowThresholdBytes)
            {
                NoteLow(stream);
                _blocked.RemoveAt(index);
            }
        }
    }

    /// <summary>Takes a stream whose buffered bytes fell to its threshold.</summary>
    public bool TryTakeLow(out ushort id)
    {
        while (_low.TryDequeue(out var stream))
        {
            stream.IsLow = false;
            id = stream.Id;
            return true;
        }

        id = 0;
        return false;
    }

    private void Drop(OutgoingMessage message)
    {
        counters.Value.MessagesAbandoned++;
        WaitingCount--;
        Release(message);
    }

    private void LeaveCurrent(OutgoingMessage message)
    {
        if (ReferenceEquals(_current, message))
        {
            _current = null;
            WaitingCount--;
        }
    }

    private void LetGoBytes(OutgoingMessage message)
    {
        if (message.Buffer is not { } buffer)
        {
            return;
        }

        pool.Return(buffer);
        message.Buffer = null;
        var stream = message.Stream!;
        var wasAbove = stream.BufferedBytes > stream.LowThresholdBytes;
        stream.BufferedBytes -= message.UserBytes;
        stream.HeldBytes -= message.Length + OutgoingMessage.CostBytes;
        HeldBytes -= message.Length + OutgoingMessage.CostBytes;
        if (wasAbove && stream.BufferedBytes <= stream.LowThresholdBytes && !stream.IsBlocked)
        {
            NoteLow(stream);
        }
    }

    private void NoteLow(OutgoingStream stream)
    {
        stream.IsBlocked = false;
        if (!stream.IsLow)
        {
            stream.IsLow = true;
            _low.Enqueue(stream);
        }
    }

    private static OutgoingMessage? TakeFirst(OutgoingStream stream)
    {
        if (stream.First is not { } message)
        {
            return null;
        }

        stream.First = message.Next;
        message.Next = null;
        if (stream.First is null)
        {
            stream.Last = null;
        }

        return message;
    }

    private void Schedule(OutgoingStream stream)
    {
        if (!stream.IsScheduled && stream.First is not null)
        {
            Line(stream);
        }
    }

    private void Line(OutgoingStream stream)
    {
        stream.IsScheduled = true;
        if (_lastScheduled is { } last)
        {
            last.NextScheduled = stream;
        }
        else
        {
            _firstScheduled = stream;
        }

        _lastScheduled = stream;
    }

    private OutgoingStream Unschedule()
    {
        var stream = _firstScheduled!;
        _firstScheduled = stream.NextScheduled;
        if (_firstScheduled is null)
        {
            _lastScheduled = null;
        }

        stream.NextScheduled = null;
        stream.IsScheduled = false;
        return stream;
    }
}
