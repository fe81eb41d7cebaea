using System.Collections.Immutable;
using Edge.Node.Sessions;
using Edge.Protocol.Srtp;

namespace Edge.Node.Takeover.Keeping;

/// <summary>How far a session is.</summary>
/// <param name="Session">The session.</param>
/// <param name="Indices">What it sends under.</param>
/// <param name="Received">How far its client's own indices are.</param>
/// <param name="IsConnected">Whether it has keys.</param>
/// <param name="HasLapsed">Whether it says nothing before more is granted.</param>
internal sealed record KeptReport(
    Session Session,
    ImmutableArray<KeptIndices> Indices,
    ImmutableArray<IndexBound> Received,
    bool IsConnected,
    bool HasLapsed
);

/// <summary>How far indices of one kind are.</summary>
/// <param name="Bound">Which, and the last one used; below <paramref name="First"/> while none is.</param>
/// <param name="First">The first that is used, while none is.</param>
/// <param name="Reported">The highest that the client is known to have; null while that is not known.</param>
internal readonly record struct KeptIndices(IndexBound Bound, long First, long? Reported);
