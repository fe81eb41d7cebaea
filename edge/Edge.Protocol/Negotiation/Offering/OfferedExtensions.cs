using System.Collections.Immutable;
using Edge.Protocol.Negotiation.Answering;
using Edge.Wire.Payload;
using Edge.Wire.Sdp.Attributes;

namespace Edge.Protocol.Negotiation.Offering;

/// <summary>The header extensions of an offered track, with the identifiers Chromium 156 gives them.</summary>
internal static class OfferedExtensions
{
    /// <summary>The lines of a track.</summary>
    public static ImmutableArray<SdpExtension> Of(OfferedTrack track, bool hasTransportCc)
    {
        var lines = ImmutableArray.CreateBuilder<SdpExtension>();
        if (track.Kind == MediaKind.Audio)
        {
            Add(lines, 1, ExtensionUri.AudioLevel);
        }

        Add(lines, 2, ExtensionUri.AbsoluteSendTime);
        if (hasTransportCc)
        {
            Add(lines, 3, ExtensionUri.TransportSequence);
        }

        Add(lines, 4, ExtensionUri.Mid);
        if (track.Kind == MediaKind.Video)
        {
            Add(lines, 5, ExtensionUri.PlayoutDelay);
            Add(lines, 12, ExtensionUri.DependencyDescriptor);
        }

        if (!track.Rids.IsEmpty)
        {
            Add(lines, 9, ExtensionUri.VideoLayersAllocation);
            Add(lines, 10, ExtensionUri.Rid);
            Add(lines, 11, ExtensionUri.RepairedRid);
        }

        return lines.ToImmutable();
    }

    private static void Add(ImmutableArray<SdpExtension>.Builder lines, int id, string uri) =>
        lines.Add(new(id, uri, SdpDirection.SendReceive));
}
