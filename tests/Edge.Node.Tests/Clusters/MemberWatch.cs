using System.Collections.Immutable;
using Edge.Node.Steering;

namespace Edge.Node.Tests.Clusters;

/// <summary>Sees which processes of the PoP are connected that were not at the last look: they have heard of nothing, or not
/// of all. Nodes of the product are told at once; those of the simulation look now and then.</summary>
/// <remarks>Threads: one.</remarks>
internal sealed class MemberWatch
{
    private HashSet<string> _connected = new(StringComparer.Ordinal);

    /// <summary>Looks; true when somebody is connected for the first time or again.</summary>
    public bool HasNew(ImmutableArray<PopMember> members)
    {
        HashSet<string> connected = new(StringComparer.Ordinal);
        foreach (var member in members)
        {
            if (member.IsConnected)
            {
                connected.Add(member.Name);
            }
        }

        var hasNew = !connected.IsSubsetOf(_connected);
        _connected = connected;
        return hasNew;
    }
}
