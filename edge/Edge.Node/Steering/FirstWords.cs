namespace Edge.Node.Steering;

/// <summary>Whether those that were there at the start have spoken.</summary>
/// <remarks>Threads: any; one waits.</remarks>
internal sealed class FirstWords
{
    // A Monitor, because a thread waits on it.
    private readonly object _gate = new();
    private readonly HashSet<ushort> _heard = [];
    private int _expected;
    private bool _isOver;

    /// <summary>Another one is going to speak.</summary>
    public void Expect()
    {
        lock (_gate)
        {
            _expected++;
        }
    }

    /// <summary>A node has spoken.</summary>
    public void Note(ushort node)
    {
        lock (_gate)
        {
            if (!_isOver && _heard.Add(node) && _heard.Count >= _expected)
            {
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <summary>Waits until all have, for so long at most; what is said afterwards is not noted.</summary>
    /// <returns>Whether all have.</returns>
    public bool Wait(TimeSpan within)
    {
        lock (_gate)
        {
            var haveAll = _heard.Count >= _expected || Monitor.Wait(_gate, within);
            _isOver = true;
            return haveAll;
        }
    }
}
