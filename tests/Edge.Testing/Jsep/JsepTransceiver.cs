using System.Collections.Immutable;
using Edge.Primitives;
using Edge.Wire.Sdp;
using Edge.Wire.Sdp.Attributes;

namespace Edge.Testing.Jsep;

/// <summary>One transceiver of a <see cref="JsepClient"/> (RFC 8829 §3.4.1).</summary>
public sealed class JsepTransceiver
{
    /// <summary>Audio or video; application stands for the data channels, which have none.</summary>
    public required SdpMediaKind Kind { get; init; }

    /// <summary>What the page wants.</summary>
    public SdpDirection Direction { get; set; }

    /// <summary>What was negotiated; null before.</summary>
    public SdpDirection? CurrentDirection { get; internal set; }

    /// <summary>Its section's identification; null while it has none.</summary>
    public string? Mid { get; internal set; }

    /// <summary>The m-line; -1 while it has none.</summary>
    public int Index { get; internal set; } = -1;

    /// <summary>Whether the page stopped it; the other side does not know yet.</summary>
    public bool IsStopping { get; internal set; }

    /// <summary>Whether it is over.</summary>
    public bool IsStopped { get; internal set; }

    /// <summary>Simulcast layers that it sends.</summary>
    public ImmutableArray<string> Rids { get; init; } = [];

    /// <summary>The source it declares when it sends without simulcast.</summary>
    public Ssrc Ssrc { get; init; }

    /// <summary>The formats of its section as negotiated; empty before.</summary>
    public ImmutableArray<SdpCodec> Codecs { get; internal set; } = [];

    /// <summary>The extensions of its section as negotiated; empty before.</summary>
    public ImmutableArray<SdpExtension> Extensions { get; internal set; } = [];

    internal SdpDirection? Fired { get; set; }
}
