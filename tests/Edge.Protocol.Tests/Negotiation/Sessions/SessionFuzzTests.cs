using Edge.Primitives;
using Edge.Protocol.Negotiation.Sessions;
using Edge.Testing;
using Edge.Testing.Jsep;
using Edge.Testing.Offers;
using Edge.Wire.Payload;
using Edge.Wire.Sdp;
using Edge.Wire.Sdp.Attributes;
using Xunit;

namespace Edge.Protocol.Tests.Negotiation.Sessions;

/// <summary>Whatever descriptions come in whatever order, a session answers or refuses with a sentence; a
/// refusal changes nothing.</summary>
public sealed class SessionFuzzTests
{
    private const int Rounds = 60;
    private const int Steps = 8;

    [Fact]
    public void Steps_MangledDescriptions_NeverThrowAndRefusalsChangeNothing() =>
        Seeds.Check(random => Run(random, relay: null), Rounds);

    /// <summary>The same when the session is handed over between the steps as when it is not.</summary>
    [Fact]
    public void Steps_MangledDescriptions_AreTheSameInAnotherProcess() =>
        Seeds.Check(
            (seed, _) => SessionRelay.Compare(seed, relay => Run(Prng.FromNumber(seed), relay)),
            Rounds
        );

    private static void Run(Prng random, SessionRelay? relay)
    {
        var bench = new SessionBench(
            random.NextInt32(2) == 0 ? JsepHabits.Chromium : JsepHabits.Firefox,
            relay: relay
        );
        string[] captured = [.. CapturedOffers.All];
        for (var step = 0; step < Steps; step++)
        {
            var text = Draw(bench, captured, random);
            var mangled = random.NextInt32(4) == 0 ? text : TextMutation.Mutate(text, random);
            if (SessionDescription.TryParse(mangled, out var description, out _))
            {
                Feed(bench, description, random);
            }
        }
    }

    private static string Draw(SessionBench bench, string[] captured, Prng random)
    {
        if (random.NextInt32(4) == 0)
        {
            return captured[random.NextInt32(captured.Length)];
        }

        bench.Client.Add(
            random.NextInt32(2) == 0 ? SdpMediaKind.Audio : SdpMediaKind.Video,
            (SdpDirection)random.NextInt32(4)
        );
        return bench.Client.CreateOffer();
    }

    private static void Feed(SessionBench bench, SessionDescription description, Prng random)
    {
        var session = bench.Session;
        var before = session.Sections;
        var remote = session.Remote;
        var step =
            session.State == NegotiationState.HaveLocalOffer && random.NextInt32(2) == 0
                ? session.Accept(description)
                : session.Answer(description, Requests(bench, description, random), bench.Local);
        bench.Log(step);
        if (step is SessionStep.Refused refused)
        {
            Assert.EndsWith(".", refused.Sentence, StringComparison.Ordinal);
            Assert.Equal(before, session.Sections);
            Assert.Same(remote, session.Remote);
        }
        else if (SessionBench.Taken(step).Sdp is { } answer)
        {
            AssertSound(description, answer);
        }

        Disturb(bench, random);
    }

    private static SectionRequest[] Mixed(SessionBench bench, string mid) =>
        [
            new SectionRequest.Receive(mid),
            new SectionRequest.ReceiveAll(),
            new SectionRequest.Send(bench.Track(), mid),
            new SectionRequest.Send(bench.Track(CodecKind.Opus)),
            new SectionRequest.Stop(mid),
            new SectionRequest.DataChannels(),
        ];

    private static System.Collections.Immutable.ImmutableArray<SectionRequest> Requests(
        SessionBench bench,
        SessionDescription description,
        Prng random
    )
    {
        var section = description.Sections[random.NextInt32(description.Sections.Length)];
        var all = Mixed(bench, section.Mid ?? "");
        return [.. all.Where(_ => random.NextInt32(2) == 0)];
    }

    private static void Disturb(SessionBench bench, Prng random)
    {
        var session = bench.Session;
        switch (random.NextInt32(5))
        {
            case 0:
                bench.Log(session.Offer([new SectionRequest.Send(bench.Track())], bench.Local));
                break;
            case 1:
                bench.Log(session.Rollback());
                break;
            case 2:
                bench.Log(session.ForceStop([.. session.Sections.Select(section => section.Mid)]));
                break;
            default:
                break;
        }
    }

    private static void AssertSound(SessionDescription offer, string text)
    {
        var answer = NegotiationSamples.Parse(text);
        Assert.Equal(text, answer.Write());
        Assert.Equal(offer.Sections.Length, answer.Sections.Length);
        for (var index = 0; index < answer.Sections.Length; index++)
        {
            var (offered, answered) = (offer.Sections[index], answer.Sections[index]);
            Assert.Equal((offered.KindName, offered.Mid), (answered.KindName, answered.Mid));
            Assert.True(answered.Port == 0 || !offered.IsDisabled);
            Assert.True(
                offered.Direction.Receives()
                    || !answered.Direction.Sends()
                    || answered.Port == 0
                    || !offered.IsRtp
            );
            Assert.True(
                offered.Direction.Sends()
                    || !answered.Direction.Receives()
                    || answered.Port == 0
                    || !offered.IsRtp
            );
        }
    }
}
