using Anycast.Steering;

namespace Edge.Node.Steering;

/// <summary>The names of a session that was taken over, all of which may say another node.</summary>
/// <remarks>Threads: under the lock of <see cref="AdoptionDesk"/>.</remarks>
/// <param name="former">The number of the node that its id says.</param>
internal sealed class AdoptedSession(ushort former)
{
    /// <summary>Most names. Chosen: an id, and more fragments than a session has at a time; beyond, the oldest fragment
    /// goes.</summary>
    public const int NamesMax = 9;

    private readonly List<AdoptionWord> _names = [];

    /// <summary>The number of the node that its id says.</summary>
    public ushort Former => former;

    /// <summary>Whether it is not this node's any more.</summary>
    public bool IsOver { get; set; }

    /// <summary>Its names, as they are said to others.</summary>
    public IReadOnlyList<AdoptionWord> Names => _names;

    /// <summary>Adds a name; false when it is there.</summary>
    /// <param name="word">The name.</param>
    /// <param name="former">The one that had to go for it, if any.</param>
    public bool TryAdd(in AdoptionWord word, out AdoptionWord? former)
    {
        former = null;
        foreach (var name in _names)
        {
            if (name.Mark == word.Mark)
            {
                return false;
            }
        }

        if (_names.Count == NamesMax)
        {
            former = _names[1];
            _names.RemoveAt(1);
        }

        _names.Add(word);
        return true;
    }
}
