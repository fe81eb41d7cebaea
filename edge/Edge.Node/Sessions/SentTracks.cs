using Edge.Forwarding.Tracks;
using Edge.Primitives;
using Edge.Protocol.Negotiation;

namespace Edge.Node.Sessions;

/// <summary>Draws what a client is sent a track with, whichever API asks: names, SSRCs, first numbers.</summary>
internal static class SentTracks
{
    /// <summary>First numbers stay below 2^15, so that the receiver's first guess of the rollover counter
    /// is right even if the first packets are lost (RFC 3711 §3.3.1).</summary>
    private const uint FirstSequenceMask = 0x7FFF;

    /// <summary>A track as it is offered to one client.</summary>
    /// <param name="track">The track.</param>
    /// <param name="codec">Its format, with the parameters of its current publisher.</param>
    /// <param name="random">The client's randomness.</param>
    public static PlayableTrack Offer(StreamTrack track, NegotiatedCodec codec, Prng random) =>
        new(
            track.Description.Kind,
            codec,
            random.NextToken(SessionFactory.NameLength),
            new Ssrc(random.NextUInt32()),
            new Ssrc(random.NextUInt32())
        );

    /// <summary>A subscription that has sent nothing.</summary>
    /// <param name="media">What was agreed with the client.</param>
    /// <param name="random">The client's randomness.</param>
    public static Subscription Subscribe(MediaAgreement media, Prng random)
    {
        var subscription = Subscribe(random);
        subscription.TakesTelephoneEvents = media.TelephoneEventPayloadType is not null;
        return subscription;
    }

    /// <summary>The same before anything is agreed.</summary>
    public static Subscription Subscribe(Prng random)
    {
        var first = unchecked((ushort)(random.NextUInt32() & FirstSequenceMask));
        return new Subscription(new SequenceNumber(first), random.NextUInt32());
    }
}
