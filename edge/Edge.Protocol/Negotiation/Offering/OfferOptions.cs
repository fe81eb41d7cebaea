using System.Collections.Immutable;
using Edge.Wire.Sdp.Attributes;

namespace Edge.Protocol.Negotiation.Offering;

/// <summary>What a client of ours offers.</summary>
public sealed record OfferOptions
{
    /// <summary>Whether data channels are offered, behind the tracks. Default false.</summary>
    public bool HasDataChannels { get; init; }

    /// <summary>Longest message of a data channel that is taken. Default 256 KiB, as Chromium.</summary>
    public long MessageBytesMax { get; init; } = 256 * 1024;

    /// <summary>The sections in order.</summary>
    public required ImmutableArray<OfferedTrack> Tracks { get; init; }

    /// <summary>The media stream's id in <c>a=msid</c>. Default "-": none.</summary>
    public string StreamId { get; init; } = "-";

    /// <summary>The canonical name in <c>a=ssrc</c>. Default "client".</summary>
    public string Cname { get; init; } = "client";

    /// <summary>The DTLS role offered. Default actpass (RFC 8842 §5.2).</summary>
    public SdpSetup Setup { get; init; } = SdpSetup.ActivePassive;

    /// <summary>Whether transport-wide feedback is offered. Default true; REMB always is, for video.</summary>
    public bool HasTransportCc { get; init; } = true;
}
