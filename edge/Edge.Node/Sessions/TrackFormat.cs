using System.Collections.Immutable;
using Edge.Primitives;
using Edge.Protocol.Negotiation;

namespace Edge.Node.Sessions;

/// <summary>How the packets of a publisher's track are to be read.</summary>
/// <param name="Codec">The payload format with the publisher's parameters.</param>
/// <param name="Extensions">The ids of the header extensions in the packets.</param>
/// <param name="Rids">The rid of each layer; empty without simulcast.</param>
internal sealed record TrackFormat(
    NegotiatedCodec Codec,
    HeaderExtensionMap Extensions,
    ImmutableArray<Rid> Rids
)
{
    /// <summary>Whether their payload is encrypted end to end.</summary>
    public bool IsEncrypted { get; init; }

    /// <summary>What was agreed with a publisher.</summary>
    public static TrackFormat Of(MediaAgreement media) =>
        new(media.Codec, media.Extensions, media.Rids.IsDefaultOrEmpty ? [] : media.Rids)
        {
            IsEncrypted = media.IsEncrypted,
        };
}
