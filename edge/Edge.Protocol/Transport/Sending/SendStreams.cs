using System.Collections.Immutable;
using Edge.Primitives;
using Edge.Protocol.Negotiation;

namespace Edge.Protocol.Transport.Sending;

/// <summary>Makes the streams of an agreement.</summary>
internal static class SendStreams
{
    /// <summary>First sequence numbers stay below 2^15, so that the receiver's first guess of the
    /// rollover counter is right even if the first packets are lost (RFC 3711 §3.3.1).</summary>
    private const int FirstSequenceBound = 1 << 15;

    /// <summary>A stream for each section, or for each rid of a section with simulcast.</summary>
    public static SendStream[] Create(ImmutableArray<MediaAgreement> media, Prng random)
    {
        var streams = new List<SendStream>();
        foreach (var section in media)
        {
            if (section.Rids.Length == 0)
            {
                streams.Add(Create(section, default, random));
            }

            foreach (var rid in section.Rids)
            {
                streams.Add(Create(section, rid, random));
            }
        }

        return [.. streams];
    }

    /// <summary>One stream of a section.</summary>
    public static SendStream Create(MediaAgreement media, Rid rid, Prng random)
    {
        var isSimulcast = !rid.IsEmpty;
        var ssrc = isSimulcast ? Draw(random) : media.LocalSsrc ?? Draw(random);
        var hasRepair = media.Codec.RtxPayloadType is not null;
        Ssrc? repair =
            !hasRepair ? null
            : isSimulcast ? Draw(random)
            : media.LocalRtxSsrc ?? Draw(random);
        var firstRepair = new SequenceNumber((ushort)random.NextInt32(FirstSequenceBound));
        return new SendStream(media, rid, ssrc, repair, firstRepair);
    }

    private static Ssrc Draw(Prng random) => new(random.NextUInt32());
}
