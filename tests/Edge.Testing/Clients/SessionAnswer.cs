using System.Collections.Immutable;
using Edge.Protocol.Negotiation;

namespace Edge.Testing.Clients;

/// <summary>The answer of a running client to another offer of the server.</summary>
/// <param name="Sdp">The answer.</param>
/// <param name="Received">What the server sends from now on, beside what it sent before.</param>
/// <param name="Channels">Data channels, where this offer brought their transport; null where not.</param>
public sealed record SessionAnswer(
    string Sdp,
    ImmutableArray<MediaAgreement> Received,
    ClientChannels? Channels
);
