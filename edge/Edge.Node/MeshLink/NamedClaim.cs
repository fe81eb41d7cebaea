using Control.Contract;
using Edge.Mesh;
using Edge.Mesh.Names;
using Edge.Primitives;
using Edge.Wire.Mesh;

namespace Edge.Node.MeshLink;

/// <summary>What a node keeps of a stream's name while it publishes or plays the stream.</summary>
/// <remarks>Threads: under the desk's lock, but for what is immutable.</remarks>
internal sealed class NamedClaim(StreamKey key, NodeAddress self)
{
    private readonly string _app = MeshSubjects.AppToken(key.AppId);
    private readonly TrackToken _token = TrackToken.Create("", key.Name);

    /// <summary>The stream.</summary>
    public StreamKey Key => key;

    /// <summary>Where its publisher answers.</summary>
    public string StreamSubject => MeshSubjects.Stream(_app, _token);

    /// <summary>Where publishers say that they have it.</summary>
    public string ClaimSubject => MeshSubjects.Claim(_app, _token);

    /// <summary>What hears the claims of others.</summary>
    public List<IDisposable> Hearing { get; } = [];

    /// <summary>What answers for this node's publisher.</summary>
    public List<IDisposable> Answering { get; } = [];

    /// <summary>Asking who publishes it, while that lasts; null otherwise.</summary>
    public Task<bool>? Finding { get; set; }

    /// <summary>Whether this node's publisher is on its way to another node: who publishes it is open, and nothing that others
    /// say of it may end it.</summary>
    public bool IsMoving { get; set; }

    /// <summary>When the node last spoke that publishes it for this one; never before.</summary>
    public Instant HeardAt { get; set; } = Instant.Zero;

    /// <summary>Who publishes it.</summary>
    public ClaimedName Name { get; } = new(self);
}
