using System.Collections.Immutable;
using Edge.Primitives;
using Edge.Protocol.Negotiation;
using Edge.Protocol.Negotiation.Sessions;
using Edge.Testing;
using Edge.Testing.Jsep;
using Edge.Wire.Payload;
using Edge.Wire.Sdp;
using Edge.Wire.Sdp.Attributes;
using Xunit;

namespace Edge.Protocol.Tests.Negotiation.Sessions;

/// <summary>A session and a model browser that negotiate with each other, both checked after each step.</summary>
internal sealed class SessionBench
{
    private readonly List<TransportChangeKind> _transport = [];
    private readonly SessionRelay? _relay;
    private SessionNegotiator _session;
    private uint _nextSsrc = 50_000;
    private int _generation;

    public SessionBench(JsepHabits habits, SessionPolicy? policy = null, SessionRelay? relay = null)
    {
        Client = new JsepClient(habits);
        _session = new SessionNegotiator(policy ?? SessionPolicy.Default);
        _relay = relay;
    }

    public JsepClient Client { get; }

    /// <summary>The session; with a relay, maybe handed over to another process since it was asked for last.</summary>
    public SessionNegotiator Session => _session = _relay?.MayHandOver(_session) ?? _session;

    /// <summary>What became of the transport, in order.</summary>
    public IReadOnlyList<TransportChangeKind> Transport => _transport;

    public LocalTransportDescription Local =>
        NegotiationSamples.Local with
        {
            UsernameFragment = $"server{_generation}",
            Password = $"serverpassword{_generation}serverpassword",
        };

    /// <summary>Gives an outcome to the relay's log, where there is one.</summary>
    public T Log<T>(T outcome)
        where T : class
    {
        _relay?.Log(outcome);
        return outcome;
    }

    /// <summary>A track of another publisher, with sources that nothing else has.</summary>
    public PlayableTrack Track(CodecKind kind = CodecKind.Vp8, string? format = null)
    {
        var sample = kind is CodecKind.Opus or CodecKind.Pcmu
            ? NegotiationSamples.Audio(kind)
            : NegotiationSamples.Video(kind, format);
        _nextSsrc += 2;
        return sample with
        {
            TrackId = $"track{_nextSsrc}",
            LocalSsrc = new Ssrc(_nextSsrc),
            LocalRtxSsrc = new Ssrc(_nextSsrc + 1),
        };
    }

    /// <summary>The client offers; the answer goes back to it.</summary>
    public SessionChange ClientOffers(params ImmutableArray<SectionRequest> requests)
    {
        var change = AnswerOnly(requests);
        Client.TakeAnswer(change.Sdp!);
        Check();
        return change;
    }

    /// <summary>The client offers; the answer gets lost.</summary>
    public SessionChange AnswerOnly(params ImmutableArray<SectionRequest> requests)
    {
        var offer = NegotiationSamples.Parse(Client.CreateOffer());
        _generation += Session.NeedsNewCredentials(offer) ? 1 : 0;
        return Note(Taken(Log(Session.Answer(offer, requests, Local))));
    }

    /// <summary>The session offers, the client answers.</summary>
    public (SessionChange Offered, SessionChange Accepted) SessionOffers(
        params ImmutableArray<SectionRequest> requests
    )
    {
        var offered = Note(Taken(Log(Session.Offer(requests, Local))));
        if (offered.Sdp is null)
        {
            return (offered, new());
        }

        var answer = Client.TakeOffer(offered.Sdp);
        var accepted = Note(Taken(Log(Session.Accept(NegotiationSamples.Parse(answer)))));
        Check();
        return (offered, accepted);
    }

    /// <summary>Publishes from a new transceiver.</summary>
    public string Publish(SdpMediaKind kind, params ImmutableArray<string> rids)
    {
        var transceiver = Client.Add(kind, SdpDirection.SendOnly, rids);
        var offer = NegotiationSamples.Parse(Client.CreateOffer());
        _generation += Session.NeedsNewCredentials(offer) ? 1 : 0;
        var change = Note(
            Taken(Log(Session.Answer(offer, [new SectionRequest.Receive(transceiver.Mid!)], Local)))
        );
        Client.TakeAnswer(change.Sdp!);
        Check();
        Granted(Assert.Single(change.Outcomes));
        return transceiver.Mid!;
    }

    /// <summary>Pulls a track with an offer of the session.</summary>
    public string Pull(PlayableTrack track)
    {
        var events = Client.TrackEvents.Count;
        var (offered, accepted) = SessionOffers(new SectionRequest.Send(track));
        var mid = Granted(Assert.Single(offered.Outcomes)).Mid;
        Assert.Equal(mid, Granted(Assert.Single(accepted.Outcomes)).Mid);
        // partytracks waits for the event of that mid.
        Assert.Equal(mid, Assert.Single(Client.TrackEvents.Skip(events)));
        return mid;
    }

    /// <summary>Closes as partytracks does: the first transceiver is stopped, the others are forgotten.</summary>
    public SessionChange Close(params string[] mids)
    {
        Client.Stop(Client.Find(mids[0])!);
        return ClientOffers([.. mids.Select(mid => new SectionRequest.Stop(mid))]);
    }

    public static SectionOutcome.Granted Granted(SectionOutcome outcome) =>
        outcome as SectionOutcome.Granted
        ?? throw new TestingException(((SectionOutcome.Refused)outcome).Sentence);

    public static SectionOutcome.Refused Refused(SectionOutcome outcome) =>
        Assert.IsType<SectionOutcome.Refused>(outcome);

    public static SessionChange Taken(SessionStep step) =>
        step is SessionStep.Taken taken
            ? taken.Change
            : throw new TestingException(((SessionStep.Refused)step).Sentence);

    public static SessionStep.Refused Refused(SessionStep step) =>
        Assert.IsType<SessionStep.Refused>(step);

    /// <summary>What both sides have to agree on whenever nothing is pending.</summary>
    public void Check()
    {
        var session = Session;
        Assert.Equal(NegotiationState.Stable, session.State);
        Assert.Equal(Client.Slots.Count, session.Sections.Length);
        for (var index = 0; index < Client.Slots.Count; index++)
        {
            CheckSection(Client.Slots[index], session.Sections[index]);
        }
    }

    private static void CheckSection(JsepSlot slot, SessionSection section)
    {
        Assert.Equal((slot.Kind, slot.IsDead), (section.Kind, section.IsRejected));
        if (slot.Transceiver is not { } transceiver)
        {
            Assert.True(section.IsIdle);
            return;
        }

        Assert.Equal(slot.Mid, section.Mid);
        if (slot.Kind == SdpMediaKind.Application)
        {
            Assert.NotNull(section.DataChannels);
            return;
        }

        var direction = transceiver.CurrentDirection ?? SdpDirection.Inactive;
        // What the session carries flows; what it stopped by force flows until the next description.
        Assert.True(section.Receive is null || direction.Sends(), $"{section.Mid} is not sent");
        Assert.True(section.Send is null || direction.Receives(), $"{section.Mid} is not received");
        foreach (var agreement in new[] { section.Receive, section.Send })
        {
            Assert.True(
                agreement is null
                    || transceiver.Codecs.Any(codec =>
                        codec.PayloadType == agreement.Codec.PayloadType
                        && codec.Is(agreement.Codec.Name)
                    )
            );
        }
    }

    private SessionChange Note(SessionChange change)
    {
        if (change.Transport is { } transport)
        {
            _transport.Add(transport.Kind);
        }

        return change;
    }
}
