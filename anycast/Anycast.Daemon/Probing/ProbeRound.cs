using Anycast.Health.Rounds;

namespace Anycast.Daemon.Probing;

/// <summary>What a round of probes found.</summary>
/// <param name="Media">The worst of the media addresses' answers.</param>
/// <param name="Readiness">What the node says of itself.</param>
/// <param name="IsLate">Whether this process was kept from running meanwhile: what did not answer may have.</param>
internal readonly record struct ProbeRound(
    MediaAnswer Media,
    ReadinessAnswer Readiness,
    bool IsLate
);
