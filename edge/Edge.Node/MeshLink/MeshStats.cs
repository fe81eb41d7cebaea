namespace Edge.Node.MeshLink;

/// <summary>Counters of the mesh since the node's start.</summary>
/// <remarks>Threads: the mesh's writes; others read single values, which are whole on 64-bit machines.</remarks>
internal struct MeshStats
{
    /// <summary>Packets sent to other nodes, once for each bus.</summary>
    public long PacketsOut;

    /// <summary>Frames they were sent in.</summary>
    public long FramesOut;

    /// <summary>Bytes of the frames.</summary>
    public long BytesOut;

    /// <summary>Layers of tracks of this node that others watch now.</summary>
    public long LayersCarried;

    /// <summary>Nodes of other PoPs from which the way carries less now than is wanted of them.</summary>
    public long ShortPaths;

    /// <summary>Packets that had waited too long to be worth sending.</summary>
    public long TooLate;

    /// <summary>Packets longer than any frame takes.</summary>
    public long TooLong;

    /// <summary>Frames that a bus did not take.</summary>
    public long Refused;

    /// <summary>Messages of other nodes that made no sense.</summary>
    public long Malformed;

    /// <summary>Turns that failed because of an error of ours.</summary>
    public long Faults;
}
