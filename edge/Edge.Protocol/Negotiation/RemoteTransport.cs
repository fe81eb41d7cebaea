using System.Collections.Immutable;
using Edge.Primitives;
using Edge.Protocol.Dtls;

namespace Edge.Protocol.Negotiation;

/// <summary>What an SDP said of the other side's one bundled transport.</summary>
/// <param name="UsernameFragment">Its ICE username fragment.</param>
/// <param name="Password">Its ICE password.</param>
/// <param name="Fingerprints">Digests of its certificate; at least one.</param>
/// <param name="LocalDtlsRole">The role this end plays.</param>
/// <param name="Candidates">Its UDP addresses given as IP, the best first; often empty (mDNS names, peer-reflexive only).</param>
/// <param name="IsIceLite">Whether it only answers checks.</param>
public sealed record RemoteTransport(
    string UsernameFragment,
    string Password,
    ImmutableArray<CertificateFingerprint> Fingerprints,
    DtlsRole LocalDtlsRole,
    ImmutableArray<NetworkAddress> Candidates,
    bool IsIceLite
);
