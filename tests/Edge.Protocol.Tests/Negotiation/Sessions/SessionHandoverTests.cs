using System.Runtime.CompilerServices;
using Edge.Primitives;
using Edge.Protocol.Negotiation;
using Edge.Protocol.Negotiation.Sessions;
using Edge.Testing;
using Edge.Testing.Jsep;
using Edge.Wire.Payload;
using Edge.Wire.Sdp;
using Xunit;

namespace Edge.Protocol.Tests.Negotiation.Sessions;

/// <summary>A session that another process goes on with is the one that it was.</summary>
/// <remarks>
/// Random sequences run twice by the same seed, once with hand-overs before any step, and always while an
/// offer waits. All
/// descriptions, outcomes and changes have to be the same byte for byte, and so has what the session
/// knows in the end.
/// </remarks>
public sealed class SessionHandoverTests
{
    private const int Rounds = 100;
    private const int Steps = 20;

    [Fact]
    public void Sequence_Chromium_IsTheSameInAnotherProcess() => Check(JsepHabits.Chromium);

    [Fact]
    public void Sequence_Firefox_IsTheSameInAnotherProcess() => Check(JsepHabits.Firefox);

    /// <summary>The version of the origin line goes on, and sections stay in their places under their names.</summary>
    [Fact]
    public void Offer_AfterHandover_GoesOnCounting()
    {
        var session = Full().Session;
        var restored = SessionRelay.HandOver(session);
        var again = SessionBench.Taken(
            restored.Offer([new SectionRequest.Send(Track())], NegotiationSamples.Local)
        );

        var offer = NegotiationSamples.Parse(again.Sdp!);
        Assert.Equal(13UL, offer.SessionVersion);
        for (var index = 0; index < session.Sections.Length; index++)
        {
            Assert.Equal(session.Sections[index].Mid, offer.Sections[index].Mid);
        }
    }

    /// <summary>What a session of a call takes: two published and ten pulled tracks. The bound is a quarter more than was
    /// measured.</summary>
    [Fact]
    public void Write_Call_IsSmall() =>
        Assert.InRange(SessionRelay.Write(Full().Session).Length, 1, 17 * 1024);

    /// <summary>The answer is taken by a process that did not write the offer.</summary>
    [Fact]
    public void Accept_OfferOfAnotherProcess_GrantsItsRequests()
    {
        var bench = Full();
        var offered = SessionBench.Taken(
            bench.Session.Offer([new SectionRequest.Send(Track())], bench.Local)
        );
        var restored = SessionRelay.HandOver(bench.Session);
        Assert.Equal(NegotiationState.HaveLocalOffer, restored.State);

        var answer = NegotiationSamples.Parse(bench.Client.TakeOffer(offered.Sdp!));
        var accepted = SessionBench.Taken(restored.Accept(answer));

        var change = Assert.Single(accepted.Sections);
        Assert.Equal(SectionChangeKind.SendStarted, change.Kind);
        Assert.Equal(Track(), change.Track);
        Assert.Equal(change.Mid, SessionBench.Granted(Assert.Single(accepted.Outcomes)).Mid);
    }

    /// <summary>What the first version wrote, while an offer waited for its answer, every later version goes on with. The
    /// written session is never made anew; a version that writes more adds a file.</summary>
    [Fact]
    public void TryRead_WrittenByTheFirstVersion_GoesOn()
    {
        var written = Convert.FromBase64String(Golden.Read("sessions/handover-1.txt"));
        var answer = Golden.WithCarriageReturns(Golden.Read("sessions/handover-1-answer.txt"));
        var session =
            SessionRelay.Read(written) ?? throw new TestingException("The session was not read.");

        var text = new SessionText()
            .Add("the answer", session.Accept(NegotiationSamples.Parse(answer)))
            .Add(
                "the next offer",
                session.Offer([new SectionRequest.Send(Track())], NegotiationSamples.Local)
            );

        Golden.Match("sessions/handover-1-goes-on.txt", text.ToString());
    }

    /// <summary>A publisher's parameters stand in each viewer's session: however long, they have to get across.</summary>
    [Fact]
    public void Write_TrackOfLongestFormat_IsRead()
    {
        var format = $"profile-id=0;x={new string('x', SdpLimits.FormatCharactersMax - 15)}";
        var bench = new SessionBench(JsepHabits.Chromium);
        bench.Session.Offer(
            [new SectionRequest.Send(bench.Track(CodecKind.Vp9, format))],
            bench.Local
        );

        var restored = SessionRelay.HandOver(bench.Session);

        Assert.Equal(DeepText.Of(bench.Session), DeepText.Of(restored));
        Assert.Contains(format, DeepText.Of(restored), StringComparison.Ordinal);
    }

    /// <summary>As many sources as a section can declare: each line and each group one.</summary>
    [Fact]
    public void Write_MostSources_AreRead()
    {
        var sources = Enumerable.Range(1000, SdpLimits.SsrcsMax).Select(n => $"a=ssrc:{n} cname:c");
        var groups = Enumerable
            .Range(0, SdpLimits.SsrcGroupsMax)
            .Select(n => $"a=ssrc-group:FID {2000 + n} {3000 + n}");
        var offer = NegotiationSamples.OneSection(
            "video",
            "sendonly",
            [
                "a=rtpmap:96 VP8/90000",
                "a=rtpmap:97 rtx/90000",
                "a=fmtp:97 apt=96",
                .. sources,
                .. groups,
            ]
        );
        var session = new SessionNegotiator(new());
        SessionBench.Taken(
            session.Answer(
                NegotiationSamples.Parse(offer),
                [new SectionRequest.ReceiveAll()],
                NegotiationSamples.Local
            )
        );

        var restored = SessionRelay.HandOver(session);

        Assert.Equal(
            SdpLimits.SsrcsMax + SdpLimits.SsrcGroupsMax,
            restored.Sections[0].Receive!.RemoteSources.Length
        );
    }

    /// <summary>A session with a microphone, a camera of three layers and ten pulled tracks.</summary>
    internal static SessionBench Full()
    {
        var bench = new SessionBench(JsepHabits.Chromium);
        bench.Publish(SdpMediaKind.Audio);
        bench.Publish(SdpMediaKind.Video, "q", "h", "f");
        for (var index = 0; index < 5; index++)
        {
            bench.Pull(bench.Track(CodecKind.Opus));
            bench.Pull(bench.Track());
        }

        return bench;
    }

    private static PlayableTrack Track() =>
        NegotiationSamples.Video(CodecKind.Vp8) with
        {
            TrackId = "late",
        };

    private static void Check(JsepHabits habits, [CallerMemberName] string test = "")
    {
        var handovers = 0;
        Seeds.Check(
            (seed, _) =>
                handovers += SessionRelay.Compare(seed, relay => Run(habits, seed, relay)).Count,
            Rounds,
            test
        );
        Assert.True(handovers > 0);
    }

    private static void Run(JsepHabits habits, ulong seed, SessionRelay relay)
    {
        var random = Prng.FromNumber(seed);
        var policy = new SessionPolicy
        {
            AddsAnchor = random.NextInt32(4) != 0,
            Cname = $"c{seed}",
            NeglectedSectionsMax = random.NextInt32(8),
        };
        var bench = new SessionBench(habits, policy, relay);
        var sequence = new SessionSequence(bench, random);
        for (var step = 0; step < Steps; step++)
        {
            sequence.Step();
        }

        sequence.Settle();
        bench.Log(bench.Session);
    }
}
