namespace Edge.Protocol.Ice;

/// <summary>Events that wait for <see cref="IceAgent.PollEvent"/>, oldest first.</summary>
/// <remarks>Bounded: <see cref="CountMax"/>; what comes on top is dropped and counted, and
/// <see cref="IceAgent.State"/> still tells how things are.</remarks>
internal sealed class IceEvents
{
    /// <summary>Most events held. Chosen: the owner takes all after each input, and one input makes
    /// five at most.</summary>
    public const int CountMax = 32;

    private readonly IceEvent[] _items = new IceEvent[CountMax];
    private int _first;

    /// <summary>How many wait.</summary>
    public int Count { get; private set; }

    /// <summary>Adds an event; false when there is no room.</summary>
    public bool TryAdd(IceEvent item)
    {
        if (Count == CountMax)
        {
            return false;
        }

        _items[(_first + Count) % CountMax] = item;
        Count++;
        return true;
    }

    /// <summary>Takes the oldest event; false when there is none.</summary>
    public bool TryTake(out IceEvent item)
    {
        if (Count == 0)
        {
            item = default;
            return false;
        }

        item = _items[_first];
        _first = (_first + 1) % CountMax;
        Count--;
        return true;
    }
}
