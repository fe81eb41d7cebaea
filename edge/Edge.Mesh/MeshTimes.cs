namespace Edge.Mesh;

/// <summary>The times of the mesh. Nodes of one mesh must share them.</summary>
public static class MeshTimes
{
    /// <summary>How often what is wanted is said again. Chosen: a lost message costs no more than a viewer
    /// who waits for a key frame is used to.</summary>
    public static readonly TimeSpan DemandInterval = TimeSpan.FromSeconds(2);

    /// <summary>After which silence a want is over. Chosen: two lost messages and a late one.</summary>
    public static readonly TimeSpan DemandAge = TimeSpan.FromSeconds(7);

    /// <summary>How long wants are gathered before they are said. Chosen: a batch of pulls is one message,
    /// and nobody notices.</summary>
    public static readonly TimeSpan DemandDelay = TimeSpan.FromMilliseconds(5);

    /// <summary>After which silence of its owner what is known of a track or stream is not believed any more: who comes
    /// asks again. Chosen: three claims; of tracks owners speak more often.</summary>
    public static readonly TimeSpan OwnerSilence = TimeSpan.FromSeconds(10);

    /// <summary>How long a layer is taken that nobody watches any more. Chosen: who switches back and forth
    /// costs no new key frame.</summary>
    public static readonly TimeSpan Linger = TimeSpan.FromSeconds(2);

    /// <summary>How old the last key frame has to be for another node's wish to be for another one. Chosen: a round
    /// trip between continents. Without it each key frame that many nodes wait for would be followed by one more, for
    /// wishes that met it on their way; who needs another one wishes again.</summary>
    public static readonly TimeSpan WayMax = TimeSpan.FromMilliseconds(300);

    /// <summary>After which silence it is said again which message of a channel was the last, while some are not
    /// acknowledged. Chosen: a loss nobody would notice else holds a publisher up no longer.</summary>
    public static readonly TimeSpan MessageProbe = TimeSpan.FromSeconds(1);

    /// <summary>How long a node may acknowledge nothing of what it was sent before it is given up. Chosen: a
    /// few probes and their answers may be lost; a publisher of whom too much is on its way waits as long.</summary>
    public static readonly TimeSpan MessageAckMax = TimeSpan.FromSeconds(5);

    /// <summary>Age at which media is worthless. Source: architecture.md, "The mesh".</summary>
    public static readonly TimeSpan MediaAge = TimeSpan.FromMilliseconds(500);
}
