using Edge.Mesh;
using Edge.Node.MeshLink;

namespace Edge.Node.Sessions;

/// <summary>What has to be told to shards after a stream changed.</summary>
internal sealed class StreamChange
{
    /// <summary>Sessions to be closed: a replaced publisher, players that cannot go on.</summary>
    public List<Session> Closing { get; } = [];

    /// <summary>Publishers' tracks that ended.</summary>
    public List<TrackSource> Ended { get; } = [];

    /// <summary>Tracks of other nodes that are not taken any more.</summary>
    public List<RemoteTrack> Left { get; } = [];

    /// <summary>Tracks of other nodes that are taken from now on.</summary>
    public List<RemoteTrack> Followed { get; } = [];

    /// <summary>Tracks of other nodes that come from another one of the same PoP from now on.</summary>
    public List<(RemoteTrack Track, NodeAddress Owner)> Moved { get; } = [];

    /// <summary>Tracks whose publisher goes on at another place: here, or elsewhere.</summary>
    public List<StreamTrack> Continued { get; } = [];

    /// <summary>Tracks that are gone for good.</summary>
    public List<StreamTrack> Retired { get; } = [];
}
