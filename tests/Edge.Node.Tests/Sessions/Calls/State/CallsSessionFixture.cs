using System.Collections.Immutable;
using Control.Contract.Calls;
using Edge.Forwarding.Tracks;
using Edge.Node.Sessions;
using Edge.Node.Sessions.Calls;
using Edge.Node.Sessions.Calls.State;
using Edge.Primitives;
using Edge.Protocol.Dtls;
using Edge.Protocol.Ice;
using Edge.Protocol.Negotiation;
using Edge.Protocol.Negotiation.Sessions;
using Edge.Testing;
using Edge.Testing.Jsep;
using Edge.Wire.Payload;
using Edge.Wire.Sdp;
using Edge.Wire.Sdp.Attributes;
using Edge.Wire.State;

namespace Edge.Node.Tests.Sessions.Calls.State;

/// <summary>Sessions as clients of all kinds leave them, without media.</summary>
internal static class CallsSessionFixture
{
    public const int ShardCount = 2;
    private const int BytesMax = 1 << 20;

    private static readonly LocalTransportDescription Local = new(
        "serverufrag",
        "serverpasswordserverpassword",
        CertificateFingerprint.TryParse(
            "sha-256 " + string.Join(':', Enumerable.Repeat("AB", 32)),
            out var fingerprint
        )
            ? fingerprint
            : throw new TestingException("The fingerprint is wrong."),
        [NetworkAddress.FromIPv4(0xC0000201, 7000)],
        IsIceLite: true
    );

    /// <summary>The moment by the writer's clock.</summary>
    public static Instant WriterNow { get; } = Instant.FromMilliseconds(1_000_000);

    /// <summary>The same moment by the reader's.</summary>
    public static Instant ReaderNow { get; } = Instant.FromMilliseconds(77);

    /// <summary>A session with tracks both ways, and with an offer that waits or not.</summary>
    public static CallsSession Draw(Prng random)
    {
        var session = Make(random);
        var client = new JsepClient(
            random.NextInt32(2) == 0 ? JsepHabits.Chromium : JsepHabits.Firefox
        );
        for (var count = random.NextInt32(4); count > 0; count--)
        {
            Publish(session, client, random);
        }

        for (var count = random.NextInt32(4); count > 0; count--)
        {
            Pull(session, client, random, isAnswered: true);
        }

        if (random.NextInt32(3) == 0)
        {
            Pull(session, client, random, isAnswered: false);
        }

        return session;
    }

    /// <summary>A session without sections.</summary>
    public static CallsSession Make(Prng random, bool isThirdParty = false)
    {
        var request = new NewSessionRequest(
            "app",
            Offer: null,
            isThirdParty,
            random.NextInt32(2) == 0 ? "corre\u00e9lation" : null,
            random.NextInt32(2) == 0 ? "owner" : null
        )
        {
            Group = random.NextInt32(2) == 0 ? "room" : null,
            Audio = Maybe(
                random,
                new AudioChoice { LoudestMax = Maybe(random, 3), RepeatsLevels = true }
            ),
        };
        var policy = new SessionPolicy { Cname = random.NextToken(16) };
        var createdAt = WriterNow - TimeSpan.FromMilliseconds(random.NextInt32(1000_000));
        return new CallsSession(random.NextToken(40), request, policy, random.Fork(), createdAt)
        {
            Identity = SampleIdentity.Shared,
            WantsEvents = random.NextInt32(2) == 0,
            ToldSequence = random.NextInt32(1000),
            Credentials = Maybe(random, new IceCredentials("fragment", "passwordpasswordpassword")),
        };
    }

    /// <summary>What a session writes.</summary>
    public static byte[] Write(CallsSession session)
    {
        using var writer = new StateWriter(WriterNow, BytesMax);
        return CallsSessionForm.Write(writer, session)
            ? writer.Written.ToArray()
            : throw new TestingException("The session cannot move.");
    }

    /// <summary>What another node makes of it; null when it makes no sense to it.</summary>
    public static CallsSessionParts? Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new StateReader(bytes, WriterNow);
        return CallsSessionForm.TryRead(ref reader);
    }

    /// <summary>The session made of parts, with the tracks that a function finds.</summary>
    public static CallsSession Build(
        CallsSessionParts parts,
        Func<PublishedPart, CallsTrack?>? known = null,
        Func<PulledReference, CallsTrack?>? resolve = null
    ) =>
        parts.Build(
            Prng.FromNumber(5),
            SampleIdentity.Shared,
            parts.FindTracks(known ?? (_ => null), ShardCount),
            resolve ?? Resolve,
            _ => new Subscription(new SequenceNumber(7), 9),
            ShardCount
        );

    /// <summary>A track as another session has it.</summary>
    public static CallsTrack Resolve(PulledReference reference) =>
        new(reference.Publisher, reference.Name, "", reference.Media, ShardCount)
        {
            Content = reference.Content,
        };

    private static void Publish(CallsSession session, JsepClient client, Prng random)
    {
        var kind = random.NextInt32(2) == 0 ? SdpMediaKind.Audio : SdpMediaKind.Video;
        ImmutableArray<string> rids = kind == SdpMediaKind.Video ? ["q", "f"] : [];
        var mid = client.Add(kind, SdpDirection.SendOnly, rids);
        var offer = Parse(client.CreateOffer());
        var taken = Taken(
            session.Negotiator.Answer(offer, [new SectionRequest.Receive(mid.Mid!)], Local)
        );
        client.TakeAnswer(taken.Sdp!);
        var media = session.Negotiator.Find(mid.Mid!)!.Receive!;
        var track = new CallsTrack(
            session.Subject,
            $"track {session.Published.Count()}",
            mid.Mid!,
            new TrackMedia(media.Kind, media.Codec, random.NextInt32(2) == 0),
            ShardCount
        )
        {
            Content = Content(random),
            WasSilent = random.NextInt32(2) == 0,
        };
        if (random.NextInt32(2) == 0)
        {
            track.Stream.NoteMedia(WriterNow - TimeSpan.FromMilliseconds(random.NextInt32(9999)));
        }

        var wanted = (uint)random.NextInt32(8);
        _ = track.Wanted.TryTell(7, wanted, WriterNow - TimeSpan.FromMinutes(1));
        _ = track.Wanted.TryTell(7, wanted, WriterNow);
        _ = track.Wanted.TryTell(7, (uint)random.NextInt32(8), WriterNow);
        session.Add(track);
    }

    private static void Pull(CallsSession session, JsepClient client, Prng random, bool isAnswered)
    {
        var track = Other(random, session.Group);
        var playable = SentTracks.Offer(track.Stream, track.Stream.Codec, random);
        var offered = Taken(session.Negotiator.Offer([new SectionRequest.Send(playable)], Local));
        var granted = (SectionOutcome.Granted)offered.Outcomes[0];
        var choice = Maybe(random, new SimulcastChoice(Maybe(random, "q"), true, false));
        var delivery = new DeliveryChoice
        {
            Priority = random.NextInt32(2) == 0 ? -3 : null,
            MinBitsPerSecond = random.NextInt32(2) == 0 ? 1L << 40 : null,
            IsPaused = random.NextInt32(2) == 0 ? true : null,
        };
        if (!isAnswered)
        {
            session.Intents[granted.Mid] = new SectionIntent.Pull(
                track,
                choice,
                Maybe(random, delivery)
            );
            session.Intents["later"] = new SectionIntent.Publish("x", Content(random), true);
            return;
        }

        Taken(session.Negotiator.Accept(Parse(client.TakeOffer(offered.Sdp!))));
        session.Pulled[granted.Mid] = new PulledTrack(
            granted.Mid,
            track,
            choice,
            new Subscription(new SequenceNumber(1), 1)
        )
        {
            Delivery = delivery,
        };
    }

    private static CallsTrack Other(Prng random, string? group)
    {
        var isSound = random.NextInt32(2) == 0;
        var codec = isSound
            ? new NegotiatedCodec(CodecKind.Opus, new(111), null, 48_000, "opus", "useinbandfec=1")
            {
                Channels = 2,
            }
            : new NegotiatedCodec(CodecKind.Vp8, new(96), new(97), 90_000, "VP8", null);
        var track = new CallsTrack(
            new EventSubject("app", random.NextToken(40), group),
            random.NextToken(8),
            "",
            new TrackMedia(isSound ? MediaKind.Audio : MediaKind.Video, codec),
            ShardCount
        )
        {
            Content = Content(random),
        };
        if (random.NextInt32(4) == 0)
        {
            track.Stream.Retire();
        }

        return track;
    }

    private static TrackContent Content(Prng random) =>
        random.NextInt32(2) == 0 ? TrackContent.Any : TrackContent.Screen;

    private static T? Maybe<T>(Prng random, T value)
        where T : class => random.NextInt32(2) == 0 ? value : null;

    private static int? Maybe(Prng random, int value) => random.NextInt32(2) == 0 ? value : null;

    private static SessionDescription Parse(string text) =>
        SessionDescription.TryParse(text, out var description, out var error)
            ? description
            : throw new TestingException(error.Sentence);

    private static SessionChange Taken(SessionStep step) =>
        step is SessionStep.Taken taken
            ? taken.Change
            : throw new TestingException(((SessionStep.Refused)step).Sentence);
}
