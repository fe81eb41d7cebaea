using System.Collections.Immutable;

namespace Anycast.Steering;

/// <summary>The nodes of a PoP as one of them sees them.</summary>
/// <remarks>Immutable: a change makes a new one. Threads: any.</remarks>
public sealed class PopView
{
    /// <summary>Makes a view.</summary>
    /// <param name="pop">The number of the PoP.</param>
    /// <param name="self">The number of the node that sees.</param>
    /// <param name="peers">The numbers of the others.</param>
    public PopView(ushort pop, ushort self, params ReadOnlySpan<ushort> peers)
    {
        Pop = pop;
        Self = self;
        Peers = [.. peers];
    }

    /// <summary>The number of the PoP.</summary>
    public ushort Pop { get; }

    /// <summary>The number of the node that sees.</summary>
    public ushort Self { get; }

    /// <summary>The numbers of the others.</summary>
    public ImmutableArray<ushort> Peers { get; }
}
