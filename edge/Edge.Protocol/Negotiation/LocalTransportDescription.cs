using System.Collections.Immutable;
using Edge.Primitives;
using Edge.Protocol.Dtls;

namespace Edge.Protocol.Negotiation;

/// <summary>What this end writes of its own transport into an SDP.</summary>
/// <param name="UsernameFragment">ICE username fragment of this session.</param>
/// <param name="Password">ICE password of this session.</param>
/// <param name="Fingerprint">Digest of this end's certificate.</param>
/// <param name="CandidateAddresses">UDP host addresses, the preferred one first: FFmpeg takes the first
/// and no other.</param>
/// <param name="IsIceLite">Whether this end only answers checks.</param>
public sealed record LocalTransportDescription(
    string UsernameFragment,
    string Password,
    CertificateFingerprint Fingerprint,
    ImmutableArray<NetworkAddress> CandidateAddresses,
    bool IsIceLite
)
{
    /// <summary>TCP addresses that wait for connections (RFC 6544); written after all UDP candidates.</summary>
    public ImmutableArray<NetworkAddress> TcpCandidateAddresses { get; init; } = [];

    /// <summary>The numeric session id of the <c>o=</c> line (RFC 8866 §5.2). Default 1: nothing depends
    /// on it while a session is never offered again.</summary>
    public ulong SessionNumber { get; init; } = 1;
}
