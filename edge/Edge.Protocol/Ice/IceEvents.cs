namespace Edge.Protocol.Ice;

/// <summary>Events that wait for <see cref="IceAgent.PollEvent"/>, oldest first.</summary>
/// <remarks>Bounded: <see cref="CountMax"/>; what comes on top is dropped and counted, and
/// <see cref="IceAgent.State"/> still tells how things are.</remarks>
internal sealed class IceEvents
{
    /// <summary>Most events held. Chosen: the owner takes all after each input, and one input makes
    /// five at most.</summary>
    public const int CountMax = 32;

    private readonly Queue<IceEvent> _items = new();

    /// <summary>How many wait.</summary>
    public int Count => _items.Count;

    /// <summary>Adds an event; false when there is no room.</summary>
    public bool TryAdd(IceEvent item)
    {
        if (Count == CountMax)
        {
            return false;
        }

        _items.Enqueue(item);
        return true;
    }

    /// <summary>Takes the oldest event; false when there is none.</summary>
    public bool TryTake(out IceEvent item) => _items.TryDequeue(out item);
}
