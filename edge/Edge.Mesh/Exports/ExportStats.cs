namespace Edge.Mesh.Exports;

/// <summary>What became of packets for other nodes.</summary>
public struct ExportStats
{
    /// <summary>Layers that others watch now.</summary>
    public long LayersCarried { get; internal set; }

    /// <summary>Packets that had waited too long to be worth sending.</summary>
    public long TooLate { get; internal set; }

    /// <summary>Packets longer than any frame takes.</summary>
    public long TooLong { get; internal set; }

    /// <summary>Messages of other nodes that made no sense.</summary>
    public long Malformed { get; internal set; }
}
