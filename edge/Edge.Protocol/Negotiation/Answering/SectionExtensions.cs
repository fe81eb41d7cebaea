using System.Collections.Immutable;
using Edge.Wire.Rtp;
using Edge.Wire.Sdp;
using Edge.Wire.Sdp.Attributes;

namespace Edge.Protocol.Negotiation.Answering;

/// <summary>The header extensions of a section: what is agreed, and the lines that say so.</summary>
/// <param name="Map">The identifiers.</param>
/// <param name="Lines">The lines of the answer, directions inverted.</param>
internal sealed record SectionExtensions(HeaderExtensionMap Map, ImmutableArray<SdpExtension> Lines)
{
    private const int OneByteIdMax = 14;
    private const int ReservedId = 15;

    /// <summary>Chooses what a publisher is asked to send: without toffset, video-timing and
    /// video-content-type, which nobody reads here.</summary>
    public static SectionExtensions ForIngest(
        SessionDescription offer,
        MediaSection section,
        SdpCodec codec,
        PublishPolicy policy
    ) =>
        Create(
            offer,
            section,
            SdpDirection.SendOnly,
            uri =>
                IsUsedWith(codec, uri)
                && (policy.AcceptsVideoOrientation || uri is not RtpExtensionUri.VideoOrientation)
        );

    /// <summary>Chooses what a player can be sent: its packets have no rid, for they are of one stream.</summary>
    public static SectionExtensions ForEgress(
        SessionDescription offer,
        MediaSection section,
        SdpCodec codec
    ) =>
        Create(
            offer,
            section,
            SdpDirection.ReceiveOnly,
            uri => IsUsedWith(codec, uri) && IsForEgress(uri)
        );

    /// <summary>Chooses for a section of a session in which nothing is published: as for a player, but with
    /// the rids. Chromium 156 offers in later picture sections only what earlier ones agreed on, and
    /// cannot offer simulcast then.</summary>
    public static SectionExtensions ForSession(
        SessionDescription offer,
        MediaSection section,
        SdpCodec codec
    ) =>
        Create(
            offer,
            section,
            SdpDirection.ReceiveOnly,
            uri =>
                IsUsedWith(codec, uri)
                && (IsForEgress(uri) || uri is RtpExtensionUri.Rid or RtpExtensionUri.RepairedRid)
        );

    /// <summary>Those that a section has already: what a later offer adds would change packets in
    /// mid-stream for nothing.</summary>
    public SectionExtensions Only(ImmutableArray<SdpExtension> known)
    {
        var map = default(HeaderExtensionMap);
        var lines = ImmutableArray.CreateBuilder<SdpExtension>();
        foreach (var line in Lines)
        {
            if (IsAmong(known, line))
            {
                map = With(map, line.Uri, (byte)line.Id);
                lines.Add(line);
            }
        }

        return new(map, lines.ToImmutable());
    }

    private static bool IsForEgress(string uri) =>
        uri
            is RtpExtensionUri.Mid
                or RtpExtensionUri.TransportSequence
                or RtpExtensionUri.AbsoluteSendTime
                or RtpExtensionUri.PlayoutDelay
                or RtpExtensionUri.AudioLevel
                or RtpExtensionUri.ColorSpace
                or RtpExtensionUri.DependencyDescriptor
                or RtpExtensionUri.VideoOrientation;

    private static bool IsAmong(ImmutableArray<SdpExtension> known, SdpExtension wanted)
    {
        foreach (var line in known)
        {
            if (
                line.Id == wanted.Id
                && string.Equals(line.Uri, wanted.Uri, StringComparison.Ordinal)
            )
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A transport sequence number without feedback for it would be waste.</summary>
    private static bool IsUsedWith(SdpCodec codec, string uri) =>
        uri is not RtpExtensionUri.TransportSequence || SectionCodec.OffersTransportCc(codec);

    /// <summary>Chooses from the extensions of an offered section; what the offerer wants only for the
    /// other way than the media goes is of no use.</summary>
    private static SectionExtensions Create(
        SessionDescription offer,
        MediaSection section,
        SdpDirection mediaDirection,
        Func<string, bool> isWanted
    )
    {
        var map = default(HeaderExtensionMap);
        var lines = ImmutableArray.CreateBuilder<SdpExtension>();
        var isMixed = offer.AllowsMixedExtensions || section.AllowsMixedExtensions;
        foreach (var extension in section.Extensions)
        {
            var isUseful = mediaDirection.Sends()
                ? extension.Direction.Sends()
                : extension.Direction.Receives();
            if (!isUseful || !IsUsable(extension.Id, isMixed) || !isWanted(extension.Uri))
            {
                continue;
            }

            var extended = With(map, extension.Uri, (byte)extension.Id);
            if (extended != map)
            {
                map = extended;
                lines.Add(extension with { Direction = extension.Direction.Mirror() });
            }
        }

        return new(map, lines.ToImmutable());
    }

    /// <summary>The map with an extension at an identifier; unchanged when the name is unknown or has one
    /// already.</summary>
    public static HeaderExtensionMap With(HeaderExtensionMap map, string uri, byte id) =>
        uri switch
        {
            RtpExtensionUri.Mid when map.Mid == 0 => map with { Mid = id },
            RtpExtensionUri.Rid when map.Rid == 0 => map with { Rid = id },
            RtpExtensionUri.RepairedRid when map.RepairedRid == 0 => map with { RepairedRid = id },
            RtpExtensionUri.TransportSequence when map.TransportSequence == 0 => map with
            {
                TransportSequence = id,
            },
            RtpExtensionUri.AbsoluteSendTime when map.AbsoluteSendTime == 0 => map with
            {
                AbsoluteSendTime = id,
            },
            RtpExtensionUri.AudioLevel when map.AudioLevel == 0 => map with { AudioLevel = id },
            RtpExtensionUri.DependencyDescriptor when map.DependencyDescriptor == 0 => map with
            {
                DependencyDescriptor = id,
            },
            RtpExtensionUri.VideoLayersAllocation when map.VideoLayersAllocation == 0 => map with
            {
                VideoLayersAllocation = id,
            },
            RtpExtensionUri.VideoOrientation when map.VideoOrientation == 0 => map with
            {
                VideoOrientation = id,
            },
            RtpExtensionUri.PlayoutDelay when map.PlayoutDelay == 0 => map with
            {
                PlayoutDelay = id,
            },
            RtpExtensionUri.ColorSpace when map.ColorSpace == 0 => map with { ColorSpace = id },
            RtpExtensionUri.AbsoluteCaptureTime when map.AbsoluteCaptureTime == 0 => map with
            {
                AbsoluteCaptureTime = id,
            },
            _ => map,
        };

    /// <summary>RFC 8285 §4.2: 15 is reserved; more needs two-byte headers in between.</summary>
    private static bool IsUsable(int id, bool isMixed) =>
        id <= OneByteIdMax || (isMixed && id != ReservedId);
}
