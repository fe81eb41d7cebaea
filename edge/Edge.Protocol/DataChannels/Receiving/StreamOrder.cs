namespace Edge.Protocol.DataChannels.Receiving;

/// <summary>Puts whole ordered messages in order, stream by stream, and hands them on.</summary>
/// <remarks>
/// Bounded: at most a number of streams, beyond which a message of a new one is discarded; held messages
/// count in the receive buffer. Source: RFC 9260 §6.6, RFC 3758 §3.6.
/// </remarks>
internal sealed partial class StreamOrder(int streamsMax, DataReceiver receiver)
{
    private readonly Dictionary<ushort, InboundStream> _streams = [];
    private readonly Stack<HeldMessage> _spare = new();

    /// <summary>Takes a whole ordered message.</summary>
    public void Handle(in ReceivedItem item)
    {
        if (!TryFind(item.StreamId, out var stream))
        {
            receiver.Discard(item);
            return;
        }

        var distance = Distance(item.Sequence, stream.NextSequence);
        if (distance < 0)
        {
            receiver.Discard(item);
            return;
        }

        if (distance > 0)
        {
            Hold(stream, item);
            return;
        }

        Deliver(stream, item);
        Flush(stream);
    }

    /// <summary>Goes on behind a message that the peer gave up, and hands on what waited for it.</summary>
    public void Skip(ushort streamId, ushort sequence)
    {
        if (!TryFind(streamId, out var stream) || Distance(sequence, stream.NextSequence) < 0)
        {
            return;
        }

        while (stream.FirstHeld is { } held && Distance(held.Item.Sequence, sequence) <= 0)
        {
            var item = held.Item;
            RemoveFirst(stream);
            Deliver(stream, item);
        }

        stream.NextSequence = unchecked((ushort)(sequence + 1)); // Wraps.
        Flush(stream);
    }

    /// <summary>Starts a stream over.</summary>
    public void Reset(ushort streamId)
    {
        if (_streams.Remove(streamId, out var stream))
        {
            DiscardHeld(stream);
        }
    }

    /// <summary>Starts all streams over.</summary>
    public void ResetAll()
    {
        foreach (var (_, stream) in _streams)
        {
            DiscardHeld(stream);
        }

        _streams.Clear();
    }

    private static int Distance(ushort sequence, ushort from) =>
        unchecked((short)(sequence - from)); // On the circle (RFC 9260 §1.6).

    private bool TryFind(ushort id, out InboundStream stream)
    {
        if (_streams.TryGetValue(id, out var known))
        {
            stream = known;
            return true;
        }

        stream = new();
        if (_streams.Count >= streamsMax)
        {
            return false;
        }

        _streams.Add(id, stream);
        return true;
    }

    private void Deliver(InboundStream stream, in ReceivedItem item)
    {
        stream.NextSequence = unchecked((ushort)(item.Sequence + 1)); // Wraps.
        receiver.Deliver(item);
    }

    private void Flush(InboundStream stream)
    {
        while (stream.FirstHeld is { } held && held.Item.Sequence == stream.NextSequence)
        {
            var item = held.Item;
            RemoveFirst(stream);
            Deliver(stream, item);
        }
    }

    private void Hold(InboundStream stream, in ReceivedItem item)
    {
        // Mostly it is the newest; else the place is looked for from the oldest.
        HeldMessage? before = null;
        if (stream.LastHeld is { } last && Distance(item.Sequence, last.Item.Sequence) > 0)
        {
            before = last;
        }
        else
        {
            for (
                var held = stream.FirstHeld;
                held is not null && Distance(item.Sequence, held.Item.Sequence) > 0;
                held = held.Next
            )
            {
                before = held;
            }
        }

        var next = before is null ? stream.FirstHeld : before.Next;
        if (next is not null && next.Item.Sequence == item.Sequence)
        {
            receiver.Discard(item);
            return;
        }

        Insert(stream, before, next, item);
    }

    private void Insert(
        InboundStream stream,
        HeldMessage? before,
        HeldMessage? next,
        in ReceivedItem item
    )
    {
        var message = _spare.TryPop(out var spare) ? spare : new HeldMessage();
        message.Item = item;
        message.Next = next;
        if (before is null)
        {
            stream.FirstHeld = message;
        }
        else
        {
            before.Next = message;
        }

        if (next is null)
        {
            stream.LastHeld = message;
        }
    }

    private void RemoveFirst(InboundStream stream)
    {
        var held = stream.FirstHeld!;
        stream.FirstHeld = held.Next;
        if (stream.FirstHeld is null)
        {
            stream.LastHeld = null;
        }

        held.Item = default;
        held.Next = null;
        _spare.Push(held);
    }

    private void DiscardHeld(InboundStream stream)
    {
        while (stream.FirstHeld is { } held)
        {
            receiver.Discard(held.Item);
            RemoveFirst(stream);
        }
    }
}
