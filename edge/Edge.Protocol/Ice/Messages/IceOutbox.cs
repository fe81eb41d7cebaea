namespace Edge.Protocol.Ice.Messages;

/// <summary>Messages that wait for <see cref="IceAgent.PollTransmit"/>, oldest first.</summary>
/// <remarks>Bounded: <see cref="CountMax"/>; what comes on top is dropped, and the peer (or our own
/// timer) sends again.</remarks>
internal sealed class IceOutbox
{
    /// <summary>Most messages held. Chosen: the owner takes all after each input, and one input adds
    /// two at most.</summary>
    public const int CountMax = 16;

    private readonly IceOutgoing[] _items = new IceOutgoing[CountMax];
    private int _first;

    /// <summary>How many wait.</summary>
    public int Count { get; private set; }

    /// <summary>Adds a message; false when there is no room.</summary>
    public bool TryAdd(in IceOutgoing item)
    {
        if (Count == CountMax)
        {
            return false;
        }

        _items[(_first + Count) % CountMax] = item;
        Count++;
        return true;
    }

    /// <summary>Takes the oldest message; false when there is none.</summary>
    public bool TryTake(out IceOutgoing item)
    {
        if (Count == 0)
        {
            item = default;
            return false;
        }

        item = _items[_first];
        _items[_first] = default;
        _first = (_first + 1) % CountMax;
        Count--;
        return true;
    }
}
