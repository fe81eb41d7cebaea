using System.Collections.Immutable;
using Edge.Wire.Payload;
using Edge.Wire.Rtp;
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
            Add(lines, 1, RtpExtensionUri.AudioLevel);
        }

        Add(lines, 2, RtpExtensionUri.AbsoluteSendTime);
        if (hasTransportCc)
        {
            Add(lines, 3, RtpExtensionUri.TransportSequence);
        }

        Add(lines, 4, RtpExtensionUri.Mid);
        if (track.Kind == MediaKind.Video)
        {
            Add(lines, 5, RtpExtensionUri.PlayoutDelay);
            Add(lines, 12, RtpExtensionUri.DependencyDescriptor);
        }

        if (!track.Rids.IsEmpty)
        {
            Add(lines, 9, RtpExtensionUri.VideoLayersAllocation);
            Add(lines, 10, RtpExtensionUri.Rid);
            Add(lines, 11, RtpExtensionUri.RepairedRid);
        }

        return lines.ToImmutable();
    }

    private static void Add(ImmutableArray<SdpExtension>.Builder lines, int id, string uri) =>
        lines.Add(new(id, uri, SdpDirection.SendReceive));
}
