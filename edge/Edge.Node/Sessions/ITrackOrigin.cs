namespace Edge.Node.Sessions;

/// <summary>Where a track's packets come from: a client of this node, or another node.</summary>
internal interface ITrackOrigin
{
    /// <summary>The shard that takes the packets and asks for key frames. Threads: any may read.</summary>
    int OwnerShard { get; }
}
