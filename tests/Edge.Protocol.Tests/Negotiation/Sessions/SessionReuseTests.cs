using Edge.Protocol.Negotiation.Sessions;
using Edge.Testing.Jsep;
using Edge.Wire.Payload;
using Edge.Wire.Sdp;
using Edge.Wire.Sdp.Attributes;
using Xunit;

namespace Edge.Protocol.Tests.Negotiation.Sessions;

/// <summary>M-lines that are used again: nothing grows, and nothing that is to stay goes.</summary>
public sealed class SessionReuseTests
{
    /// <summary>Chromium 156 offers in later picture sections only the extensions of earlier ones: without
    /// rids in those it could not offer simulcast any more.</summary>
    [Theory]
    [MemberData(
        nameof(SessionNegotiatorTests.Browsers),
        MemberType = typeof(SessionNegotiatorTests)
    )]
    public void PublishSimulcast_AfterPlainVideoAndPulls_IsStillPossible(string browser)
    {
        var bench = new SessionBench(SessionNegotiatorTests.Habits(browser));
        bench.Pull(bench.Track());
        bench.Publish(SdpMediaKind.Video);
        bench.Client.Add(SdpMediaKind.Video, SdpDirection.ReceiveOnly);
        bench.ClientOffers(new SectionRequest.Send(bench.Track()));

        var mid = bench.Publish(SdpMediaKind.Video, "q", "h", "f");

        Assert.Equal(3, bench.Session.Find(mid)!.Receive!.Rids.Length);
    }

    [Theory]
    [MemberData(
        nameof(SessionNegotiatorTests.Browsers),
        MemberType = typeof(SessionNegotiatorTests)
    )]
    public void PublishSimulcast_AfterIdleVideo_IsStillPossible(string browser)
    {
        var bench = new SessionBench(SessionNegotiatorTests.Habits(browser));
        bench.Client.Add(SdpMediaKind.Video, SdpDirection.ReceiveOnly);
        bench.ClientOffers();

        var mid = bench.Publish(SdpMediaKind.Video, "q", "h", "f");

        Assert.Equal(3, bench.Session.Find(mid)!.Receive!.Rids.Length);
    }

    [Theory]
    [MemberData(
        nameof(SessionNegotiatorTests.Browsers),
        MemberType = typeof(SessionNegotiatorTests)
    )]
    public void ToggleCamera_ThousandTimes_DoesNotGrow(string browser)
    {
        var bench = new SessionBench(SessionNegotiatorTests.Habits(browser));
        bench.Publish(SdpMediaKind.Audio);

        for (var round = 0; round < 1000; round++)
        {
            var mid = bench.Publish(SdpMediaKind.Video);
            bench.Close(mid);
        }

        Assert.Equal(2, bench.Session.Sections.Length);
        Assert.Equal([TransportChangeKind.Begun], bench.Transport);
    }

    [Theory]
    [MemberData(
        nameof(SessionNegotiatorTests.Browsers),
        MemberType = typeof(SessionNegotiatorTests)
    )]
    public void TogglePull_ThousandTimes_DoesNotGrow(string browser)
    {
        var bench = new SessionBench(SessionNegotiatorTests.Habits(browser));

        for (var round = 0; round < 1000; round++)
        {
            var mid = bench.Pull(bench.Track());
            bench.Close(mid);
        }

        // The anchor and two m-lines by turns: one is surely dead when the next offer comes.
        Assert.Equal(3, bench.Session.Sections.Length);
        Assert.Equal([TransportChangeKind.Begun], bench.Transport);
    }

    [Theory]
    [MemberData(
        nameof(SessionNegotiatorTests.Browsers),
        MemberType = typeof(SessionNegotiatorTests)
    )]
    public void TogglePull_ByForce_DoesNotGrow(string browser)
    {
        var bench = new SessionBench(SessionNegotiatorTests.Habits(browser));

        for (var round = 0; round < 100; round++)
        {
            var mid = bench.Pull(bench.Track());
            var change = SessionBench.Taken(bench.Session.ForceStop([mid]));
            Assert.Equal(SectionChangeKind.SendEnded, Assert.Single(change.Sections).Kind);
        }

        // The anchor and two m-lines by turns: one is refused while the other is used again.
        Assert.Equal(3, bench.Session.Sections.Length);
    }

    [Theory]
    [MemberData(
        nameof(SessionNegotiatorTests.Browsers),
        MemberType = typeof(SessionNegotiatorTests)
    )]
    public void ToggleBatches_FirstOfEachStopped_StaysBounded(string browser)
    {
        var bench = new SessionBench(SessionNegotiatorTests.Habits(browser));
        bench.Publish(SdpMediaKind.Audio);

        for (var round = 0; round < 100; round++)
        {
            var camera = bench.Publish(SdpMediaKind.Video);
            var screen = bench.Publish(SdpMediaKind.Video);
            var sound = bench.Publish(SdpMediaKind.Audio);
            bench.Close(camera, screen, sound);
        }

        var bound = 1 + 3 + 2 + bench.Session.Policy.NeglectedSectionsMax;
        Assert.InRange(bench.Session.Sections.Length, 4, bound);
    }

    [Theory]
    [MemberData(
        nameof(SessionNegotiatorTests.Browsers),
        MemberType = typeof(SessionNegotiatorTests)
    )]
    public void TogglePullBatches_FirstOfEachStopped_StaysBounded(string browser)
    {
        var bench = new SessionBench(SessionNegotiatorTests.Habits(browser));

        for (var round = 0; round < 100; round++)
        {
            var one = bench.Pull(bench.Track());
            var two = bench.Pull(bench.Track(CodecKind.Opus));
            bench.Close(one, two);
        }

        Assert.InRange(bench.Session.Sections.Length, 3, 7);
    }

    [Fact]
    public void Close_BatchOfPartytracks_EndsAllAndAnswersInactive()
    {
        var bench = new SessionBench(JsepHabits.Chromium);
        var sound = bench.Publish(SdpMediaKind.Audio);
        var camera = bench.Publish(SdpMediaKind.Video);
        var screen = bench.Publish(SdpMediaKind.Video);

        var change = bench.Close(camera, screen);

        Assert.Equal(
            [(SectionChangeKind.ReceiveEnded, camera), (SectionChangeKind.ReceiveEnded, screen)],
            change.Sections.Select(section => (section.Kind, section.Mid))
        );
        Assert.All(change.Outcomes, outcome => SessionBench.Granted(outcome));
        var answer = NegotiationSamples.Parse(change.Sdp!);
        Assert.Equal(0, answer.Sections[1].Port);
        Assert.Equal(SdpDirection.Inactive, answer.Find(screen)!.Direction);
        Assert.NotNull(bench.Session.Find(sound)!.Receive);
    }

    [Fact]
    public void Stop_SectionThatCarriesNothing_RefusedAlone()
    {
        var bench = new SessionBench(JsepHabits.Chromium);
        var mid = bench.Publish(SdpMediaKind.Audio);

        var change = bench.ClientOffers(
            new SectionRequest.Stop("none"),
            new SectionRequest.Stop(mid)
        );

        Assert.Contains(
            "already closed",
            SessionBench.Refused(change.Outcomes[0]).Sentence,
            StringComparison.Ordinal
        );
        SessionBench.Granted(change.Outcomes[1]);
    }

    [Fact]
    public void ReceiveAll_SectionStoppedBefore_IsNotDiscoveredAgain()
    {
        var bench = new SessionBench(JsepHabits.Chromium);
        bench.Client.Add(SdpMediaKind.Audio, SdpDirection.SendOnly);
        bench.Client.Add(SdpMediaKind.Video, SdpDirection.SendOnly);
        var first = bench.ClientOffers(new SectionRequest.ReceiveAll());
        Assert.Equal(2, first.Outcomes.Length);
        bench.ClientOffers(new SectionRequest.Stop("1"));
        bench.Client.Add(SdpMediaKind.Video, SdpDirection.SendOnly);

        var second = bench.ClientOffers(new SectionRequest.ReceiveAll());

        Assert.Equal("2", SessionBench.Granted(Assert.Single(second.Outcomes)).Mid);
    }

    [Fact]
    public void Receive_MidThatWasClosedByForce_BeginsAgain()
    {
        var bench = new SessionBench(JsepHabits.Chromium);
        var mid = bench.Publish(SdpMediaKind.Video);
        bench.Session.ForceStop([mid]);
        Assert.Null(bench.Session.Find(mid)!.Receive);

        var change = bench.ClientOffers(new SectionRequest.Receive(mid));

        Assert.Equal(SectionChangeKind.ReceiveStarted, Assert.Single(change.Sections).Kind);
    }

    [Fact]
    public void OwnOffers_AfterTheTaggedSectionWent_LeaveItsPlaceDead()
    {
        var bench = new SessionBench(JsepHabits.Chromium);
        var first = bench.Publish(SdpMediaKind.Video);
        bench.Publish(SdpMediaKind.Audio);
        bench.Close(first);
        var replaced = bench.Client.Replacements;

        bench.Pull(bench.Track());

        Assert.True(bench.Session.Sections[0].IsRejected);
        Assert.Equal(replaced, bench.Client.Replacements);
    }
}
