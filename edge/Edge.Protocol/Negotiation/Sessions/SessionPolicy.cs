namespace Edge.Protocol.Negotiation.Sessions;

/// <summary>What a session takes and how it names itself.</summary>
public sealed record SessionPolicy
{
    /// <summary>The policy of the session and track API.</summary>
    public static SessionPolicy Default { get; } = new();

    /// <summary>What published sections may have. Its count of tracks does not matter here.</summary>
    public PublishPolicy Publish { get; init; } = PublishPolicy.Default;

    /// <summary>The canonical name in <c>a=ssrc</c> (RFC 5576 §6.1); the same as in SDES. Default "edge".</summary>
    public string Cname { get; init; } = "edge";

    /// <summary>Most sections of a session, dead ones among them. Default 256, range 1 to
    /// <see cref="Wire.Sdp.SdpLimits.SectionsMax"/>: an offer that needs more is refused.</summary>
    public int SectionsMax { get; init; } = 256;

    /// <summary>Most sections of the client's that were stopped here while the client went on offering
    /// them. Default 8: partytracks stops one of a batch and forgets the others; beyond the bound the
    /// oldest are refused with port 0, which makes the client use their place again.</summary>
    public int NeglectedSectionsMax { get; init; } = 8;

    /// <summary>Whether the first offer of ours adds the section of data channels unasked. Default true: it
    /// stays while tracks come and go, so that it holds the transport: browsers replace theirs when the
    /// first section of the bundle goes, and Chromium 156 can never offer again when the last one does.</summary>
    public bool AddsAnchor { get; init; } = true;

    /// <summary>Most bytes of a data-channel message taken (RFC 8841 §6). Default 256 KiB, what Chromium
    /// takes itself.</summary>
    public long MessageBytesMax { get; init; } = 256 * 1024;
}
