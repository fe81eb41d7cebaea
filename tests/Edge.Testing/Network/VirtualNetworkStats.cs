namespace Edge.Testing.Network;

/// <summary>What became of the datagrams given to a <see cref="VirtualNetwork"/>.</summary>
/// <remarks>Sent + Duplicated = Delivered + Lost + DroppedByMtu + DroppedByQueue + Partitioned +
/// in flight. Reordered ones are counted beside that.</remarks>
public sealed class VirtualNetworkStats
{
    /// <summary>Datagrams given to the network.</summary>
    public long Sent { get; internal set; }

    /// <summary>Datagrams taken from the network.</summary>
    public long Delivered { get; internal set; }

    /// <summary>Datagrams lost by chance.</summary>
    public long Lost { get; internal set; }

    /// <summary>Datagrams larger than the link's MTU.</summary>
    public long DroppedByMtu { get; internal set; }

    /// <summary>Datagrams that found the link's queue full.</summary>
    public long DroppedByQueue { get; internal set; }

    /// <summary>Datagrams that met a cut, when sent or on their way.</summary>
    public long Partitioned { get; internal set; }

    /// <summary>Second copies made.</summary>
    public long Duplicated { get; internal set; }

    /// <summary>Datagrams held back behind later ones.</summary>
    public long Reordered { get; internal set; }
}
