using System.Collections.Immutable;
using Edge.Wire.Payload;

namespace Edge.Protocol.Negotiation;

/// <summary>What an offer to publish may have, and what is chosen from it.</summary>
public sealed record PublishPolicy
{
    /// <summary>The policy of a WHIP endpoint.</summary>
    public static PublishPolicy Default { get; } = new();

    /// <summary>Formats to choose before the offer's own order, the best first. Default: none, so the
    /// offer's first supported format is taken.</summary>
    public ImmutableArray<CodecKind> PreferredCodecs { get; init; } = [];

    /// <summary>Most sections of one media kind. Default 1 (RFC 9725 §4.4.2).</summary>
    public int TracksPerKindMax { get; init; } = 1;

    /// <summary>Most simulcast layers of a track. Default 4, as many as a track forwards: browsers send 3,
    /// OBS up to 4, a layers allocation names 4.</summary>
    public int LayersMax { get; init; } = 4;

    /// <summary>Whether video orientation is left to receivers. Default false: the publisher turns the
    /// pictures itself, so that a viewer without the extension sees them upright too.</summary>
    public bool AcceptsVideoOrientation { get; init; }
}
