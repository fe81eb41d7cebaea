using System.Collections.Immutable;
using Control.Contract.Calls;
using Edge.Forwarding.Tracks;
using Edge.Node.Sessions.Identities;
using Edge.Primitives;
using Edge.Protocol.Ice;
using Edge.Protocol.Negotiation.Sessions;

namespace Edge.Node.Sessions.Calls.State;

/// <summary>A session of the session and track API as it was read: everything that nobody else knows of yet.</summary>
/// <remarks>
/// A group of sessions that pull from each other is made in two steps: first each one's tracks
/// (<see cref="FindTracks"/>), then the sessions (<see cref="Build"/>), whose pulls find those. Its data channels are read
/// apart (<see cref="SessionChannelsForm"/>). Threads: one owner.
/// </remarks>
/// <param name="Facts">What never changes.</param>
/// <param name="Negotiator">Its offers and answers.</param>
/// <param name="CreatedAt">When it was made, by this process's clock.</param>
internal sealed record CallsSessionParts(
    CallsSessionFacts Facts,
    SessionNegotiator Negotiator,
    Instant CreatedAt
)
{
    /// <summary>What its client wants to hear; null while it did not say.</summary>
    public AudioChoice? Audio { get; init; }

    /// <summary>Whether the client asked for the channel of events.</summary>
    public bool WantsEvents { get; init; }

    /// <summary>Whether its client has spoken over a transport: then its media comes along.</summary>
    public bool HasMedia { get; init; }

    /// <summary>The number of the last event that its client was told.</summary>
    public long ToldSequence { get; init; }

    /// <summary>Our ICE credentials; null before the first description.</summary>
    public IceCredentials? Credentials { get; init; }

    /// <summary>What it publishes.</summary>
    public ImmutableArray<PublishedPart> Published { get; init; } = [];

    /// <summary>What it is sent.</summary>
    public ImmutableArray<PulledPart> Pulled { get; init; } = [];

    /// <summary>What sections are wanted for, until they are agreed.</summary>
    public ImmutableArray<IntentPart> Intents { get; init; } = [];

    /// <summary>All tracks that it is sent, or will be once an offer is answered.</summary>
    public IEnumerable<PulledReference> References =>
        Pulled
            .Select(part => part.Pull.Track)
            .Concat(Intents.Where(part => part.Pull is not null).Select(part => part.Pull!.Track));

    /// <summary>What events about it are about.</summary>
    public EventSubject Subject => new(Facts.AppId, Facts.Id, Facts.Group);

    /// <summary>The tracks that it publishes, in the order of <see cref="Published"/>. Changes nothing.</summary>
    /// <param name="known">The track that this node watched while it was at another one; null for one that it did
    /// not know.</param>
    /// <param name="shardCount">The shards of this node.</param>
    public ImmutableArray<CallsTrack> FindTracks(
        Func<PublishedPart, CallsTrack?> known,
        int shardCount
    )
    {
        var tracks = ImmutableArray.CreateBuilder<CallsTrack>(Published.Length);
        foreach (var part in Published)
        {
            tracks.Add(known(part) ?? part.Create(Subject, shardCount));
        }

        return tracks.MoveToImmutable();
    }

    /// <summary>Makes the session, without media and data channels. Tracks that were known here are this node's from
    /// now on, so nothing may fail any more.</summary>
    /// <param name="random">The session's randomness.</param>
    /// <param name="identity">What it presents.</param>
    /// <param name="tracks">What <see cref="FindTracks"/> gave.</param>
    /// <param name="resolve">Finds what it is sent; what is not found is over for it.</param>
    /// <param name="subscribe">The numbers with which a section is sent, by mid.</param>
    /// <param name="shardCount">The shards of this node.</param>
    public CallsSession Build(
        Prng random,
        SessionIdentity identity,
        ImmutableArray<CallsTrack> tracks,
        Func<PulledReference, CallsTrack?> resolve,
        Func<string, Subscription> subscribe,
        int shardCount
    )
    {
        var session = new CallsSession(Facts, Negotiator, random, CreatedAt)
        {
            Identity = identity,
            Audio = Audio,
            WantsEvents = WantsEvents,
            ToldSequence = ToldSequence,
            Credentials = Credentials,
        };
        for (var index = 0; index < tracks.Length; index++)
        {
            Published[index].GoOn(tracks[index]);
            session.Add(tracks[index]);
        }

        foreach (var (mid, pull) in Pulled)
        {
            session.Pulled.Add(
                mid,
                new PulledTrack(mid, Find(pull.Track), pull.Choice, subscribe(mid))
                {
                    Delivery = pull.Delivery ?? new DeliveryChoice(),
                }
            );
        }

        foreach (var (mid, publish, pull) in Intents)
        {
            session.Intents.Add(
                mid,
                pull is null
                    ? publish!
                    : new SectionIntent.Pull(Find(pull.Track), pull.Choice, pull.Delivery)
            );
        }

        return session;

        CallsTrack Find(PulledReference reference) =>
            (reference.IsOver ? null : resolve(reference)) ?? reference.ToEnded(shardCount);
    }
}
