using Edge.Primitives;
using Edge.Protocol.Negotiation;
using Edge.Wire.Payload;
using Edge.Wire.Rtp;
using Edge.Wire.Rtp.Dependencies;

namespace Edge.Protocol.Transport.Receiving;

/// <summary>What is known of a packet whose payload only the ends can read.</summary>
/// <remarks>Pictures: what the dependency descriptor says without its structure; a structure comes with key
/// frames only (AV1 RTP specification, appendix A.8.1). Without a descriptor nothing is known. Layers are
/// found out by who forwards.</remarks>
internal static class EncryptedFacts
{
    /// <summary>The facts of one packet.</summary>
    [HotPath]
    public static PayloadFacts Inspect(MediaAgreement media, scoped in RtpPacket packet)
    {
        if (media.Kind == MediaKind.Audio)
        {
            return PayloadFacts.Unknown with { StartsFrame = true };
        }

        var id = media.Extensions.DependencyDescriptor;
        if (id == 0 || !packet.TryFindExtension(id, out var descriptor))
        {
            return PayloadFacts.Unknown;
        }

        var startsFrame = DescriptorBits.StartsFrame(descriptor);
        return PayloadFacts.Unknown with
        {
            StartsFrame = startsFrame,
            IsKeyFrameStart = startsFrame && DescriptorBits.HasStructure(descriptor),
            EndsFrame = DescriptorBits.EndsFrame(descriptor),
        };
    }
}
