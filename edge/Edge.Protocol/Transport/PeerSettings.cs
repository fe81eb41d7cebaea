using System.Collections.Immutable;
using Edge.Primitives;
using Edge.Protocol.Ice;
using Edge.Protocol.Negotiation;

namespace Edge.Protocol.Transport;

/// <summary>Everything a negotiation settled that a <see cref="Peer"/> is made of.</summary>
public sealed record PeerSettings
{
    /// <summary>Which side of ICE we are: lite at a node, controlling in clients.</summary>
    public required IceMode IceMode { get; init; }

    /// <summary>Our ICE credentials.</summary>
    public required IceCredentials LocalCredentials { get; init; }

    /// <summary>The other side's transport, from its SDP.</summary>
    public required RemoteTransport Remote { get; init; }

    /// <summary>The sections the peer sends us.</summary>
    public ImmutableArray<MediaAgreement> Receives { get; init; } = [];

    /// <summary>The sections we send the peer.</summary>
    public ImmutableArray<MediaAgreement> Sends { get; init; } = [];

    /// <summary>The SSRC our receiver reports come from.</summary>
    public required Ssrc ReportSsrc { get; init; }

    /// <summary>The canonical name of our reports (RFC 7022).</summary>
    public required string Cname { get; init; }

    /// <summary>Time limits of ICE.</summary>
    public IceOptions Ice { get; init; } = new();

    /// <summary>Time limits of the session.</summary>
    public PeerTransportOptions Transport { get; init; } = new();
}
