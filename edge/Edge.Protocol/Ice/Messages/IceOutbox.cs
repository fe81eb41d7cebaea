namespace Edge.Protocol.Ice.Messages;

/// <summary>Messages that wait for <see cref="IceAgent.PollTransmit"/>, oldest first.</summary>
/// <remarks>Bounded: <see cref="CountMax"/>; what comes on top is dropped, and the peer (or our own
/// timer) sends again.</remarks>
internal sealed class IceOutbox
{
    /// <summary>Most messages held. Chosen: the owner takes all after each input, and one input adds
    /// two at most.</summary>
    public const int CountMax = 16;

    /// <summary>Room from the start: what one input adds.</summary>
    private const int CountUsual = 2;

    private readonly Queue<IceOutgoing> _items = new(CountUsual);

    /// <summary>How many wait.</summary>
    public int Count => _items.Count;

    /// <summary>Adds a message; false when there is no room.</summary>
    public bool TryAdd(in IceOutgoing item)
    {
        if (Count == CountMax)
        {
            return false;
        }

        _items.Enqueue(item);
        return true;
    }

    /// <summary>Takes the oldest message; false when there is none.</summary>
    public bool TryTake(out IceOutgoing item) => _items.TryDequeue(out item);
}
