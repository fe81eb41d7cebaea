using System.Collections.Immutable;
using Edge.Mesh;
using Edge.Mesh.Names;
using Edge.Protocol.Negotiation;
using Edge.Wire.Mesh;

namespace Edge.Node.Sessions;

/// <summary>A publisher of a named stream that came from another node of the PoP, or goes on here after all.</summary>
/// <param name="Session">The session, which no shard drives yet.</param>
/// <param name="Claim">What the other node claimed for it.</param>
/// <param name="Sources">What it publishes, by the receiver's section.</param>
internal sealed record MovedPublisher(
    Session Session,
    StreamClaim Claim,
    ImmutableArray<MovedPublisher.Source> Sources
)
{
    /// <summary>One of its tracks.</summary>
    /// <param name="Media">What was agreed.</param>
    /// <param name="Name">What the run of its packets is called.</param>
    /// <param name="Token">Its name among nodes; null when none knows it.</param>
    internal readonly record struct Source(
        MediaAgreement Media,
        SourceName Name,
        TrackToken? Token
    );
}
