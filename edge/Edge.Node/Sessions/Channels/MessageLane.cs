namespace Edge.Node.Sessions.Channels;

/// <summary>The way of messages from one session to one channel of another, in order.</summary>
/// <remarks>
/// Either session may move to another shard at any time, and messages take the way that is the shortest
/// when they are sent: later ones may overtake earlier ones. So they are numbered where they are sent,
/// and one that is early waits where it arrives. Bounded by what a publisher may have in flight
/// (<see cref="ChannelLimits.InFlightBytesMax"/>). Threads: <see cref="Number"/> is the sending session's,
/// the rest the receiving one's.
/// </remarks>
internal sealed class MessageLane(ChannelEnd target)
{
    private Dictionary<long, RelayedMessage>? _waiting;
    private bool _isClosed;
    private long _next;

    /// <summary>Where it ends.</summary>
    public ChannelEnd Target => target;

    /// <summary>The number of the message that is due.</summary>
    public long Due { get; private set; }

    /// <summary>Numbers a message that is sent.</summary>
    public long Number()
    {
        var number = _next;
        Volatile.Write(ref _next, number + 1);
        return number;
    }

    /// <summary>Whether all that was sent has arrived. Threads: the receiving session's; exact once nothing is sent any
    /// more.</summary>
    public bool IsSettled => _isClosed || Volatile.Read(ref _next) == Due;

    /// <summary>The message that was due has been dealt with.</summary>
    public void Advance() => Due++;

    /// <summary>Keeps a message that came early, with the claim on it; a closed lane lets it go.</summary>
    public void Wait(long number, RelayedMessage message)
    {
        if (_isClosed)
        {
            message.Release();
            return;
        }

        (_waiting ??= []).Add(number, message);
    }

    /// <summary>Takes the message that is due, if it waits, with the claim on it.</summary>
    public bool TryTakeDue(
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out RelayedMessage? due
    )
    {
        due = null;
        return _waiting is { Count: > 0 } && _waiting.Remove(Due, out due);
    }

    /// <summary>Nothing is taken any more: either end is over. What waits is let go.</summary>
    public void Close()
    {
        _isClosed = true;
        foreach (var message in _waiting?.Values ?? Enumerable.Empty<RelayedMessage>())
        {
            message.Release();
        }

        _waiting = null;
    }
}
