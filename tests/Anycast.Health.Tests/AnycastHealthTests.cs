using Anycast.Health.Peers;
using Anycast.Health.Rounds;
using Xunit;

namespace Anycast.Health.Tests;

public sealed class AnycastHealthTests
{
    private static readonly HealthOptions Options = new();
    private readonly WatchedNode _node = new(Options);

    [Fact]
    public void HandleRound_FewerGoodOnesThanRise_NothingIsAnnounced()
    {
        _node.Rounds(Options.Rise - 1).Rounds(1, MediaAnswer.Silent).Rounds(Options.Rise - 1);
        Assert.Empty(_node.Decisions);
    }

    [Fact]
    public void HandleRound_RiseGoodOnes_Announces()
    {
        _node.Rounds(Options.Rise);
        Assert.Equal(
            new HealthDecision(HealthAction.Announce, HealthReason.Healthy),
            Assert.Single(_node.Decisions).Decision
        );
        Assert.Equal(PeerReport.Announcing, _node.Health.Report);
    }

    [Fact]
    public void HandleRound_NodeKilled_WithdrawsAfterFallThoughNobodyElseHasTheAddress()
    {
        _node.Rounds(Options.Rise).Rounds(1, MediaAnswer.Refused, ReadinessAnswer.Refused);
        Assert.True(_node.Health.IsAnnounced);
        Assert.Equal(PeerReport.Suspect, _node.Health.Report);
        _node.Rounds(1, MediaAnswer.Refused, ReadinessAnswer.Refused);
        Assert.Equal(HealthReason.Dead, _node.LastReason);
        Assert.True(Options.Fall * WatchedNode.Interval < TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void HandleDeath_AnotherAnnounces_WithdrawsAtOnceAndHolds()
    {
        _node.Rounds(Options.Rise).Hears(PeerReport.Announcing).Dies();
        Assert.Equal(
            new HealthDecision(HealthAction.Withdraw, HealthReason.Dead),
            _node.Decisions[^1].Decision
        );
        Assert.Equal(PeerReport.Withdrawn, _node.Health.Report);
        Assert.Equal(_node.Now + Options.Hold, _node.Health.HeldUntil);
    }

    /// <summary>Nobody else would take its packets, and the process may be back before two rounds are over.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData(PeerReport.Withdrawn)]
    [InlineData(PeerReport.Suspect)]
    public void HandleDeath_NobodyElseHasTheAddress_GoesByRounds(PeerReport? other)
    {
        _node.Rounds(Options.Rise);
        if (other is { } report)
        {
            _node.Hears(report);
        }

        _node.Dies().Rounds(20);
        Assert.True(_node.Health.IsAnnounced);
        _node.Dies().Rounds(Options.Fall, MediaAnswer.Refused, ReadinessAnswer.Refused);
        Assert.Equal(HealthReason.Dead, _node.LastReason);
        Assert.Equal(2, _node.Decisions.Count);
    }

    /// <summary>The word of another that has the address comes a little after the death: it is soon enough.</summary>
    [Fact]
    public void HandleDeath_AnotherIsHeardAfterIt_WithdrawsWithTheNextBadRound()
    {
        var node = new WatchedNode(new HealthOptions { Fall = 10 }).Rounds(Options.Rise).Dies();
        node.Rounds(1).Rounds(1, MediaAnswer.Refused, ReadinessAnswer.Refused);
        Assert.True(node.Health.IsAnnounced);
        node.Hears(PeerReport.Announcing);
        node.Rounds(1, MediaAnswer.Silent, ReadinessAnswer.Refused);
        Assert.Equal(HealthReason.Dead, node.LastReason);
    }

    [Fact]
    public void HandleDeath_TheNextProcessIsWell_ABadRoundLaterIsNotThatDeath()
    {
        _node.Rounds(Options.Rise).Dies().Rounds(Options.Rise).Hears(PeerReport.Announcing);
        _node.Rounds(1, MediaAnswer.Silent);
        Assert.True(_node.Health.IsAnnounced);
    }

    /// <summary>Good rounds of the process that died say nothing of the one after it.</summary>
    [Fact]
    public void HandleDeath_NotAnnounced_GoodRoundsAreCountedAnew()
    {
        _node.Rounds(Options.Rise - 1).Dies().Rounds(Options.Rise - 1);
        Assert.Empty(_node.Decisions);
        _node.Rounds(1);
        Assert.Equal(HealthReason.Healthy, _node.LastReason);
    }

    [Fact]
    public void HandleDeath_AfterADrain_ComesBackWithoutHold()
    {
        _node.Rounds(Options.Rise).Hears(PeerReport.Announcing);
        _node.Rounds(1, readiness: ReadinessAnswer.Draining).Dies().Rounds(Options.Rise);
        Assert.Equal(HealthReason.Healthy, _node.LastReason);
    }

    [Fact]
    public void HandleDeath_AfterTheEnd_DecidesNothing()
    {
        _node.Rounds(Options.Rise).Hears(PeerReport.Announcing).Stops().Dies();
        Assert.Equal(HealthReason.Stopping, _node.LastReason);
    }

    [Fact]
    public void HandleRound_Draining_WithdrawsAtOnceAndComesBackWithoutHold()
    {
        _node.Rounds(Options.Rise).Rounds(1, readiness: ReadinessAnswer.Draining);
        Assert.Equal(HealthReason.Draining, _node.LastReason);
        _node.Rounds(1, MediaAnswer.Refused, ReadinessAnswer.Refused).Rounds(Options.Rise);
        Assert.Equal(HealthReason.Healthy, _node.LastReason);
    }

    [Theory]
    [InlineData(MediaAnswer.Silent, ReadinessAnswer.Ready)]
    [InlineData(MediaAnswer.Refused, ReadinessAnswer.Ready)]
    [InlineData(MediaAnswer.Answered, ReadinessAnswer.Ill)]
    public void HandleRound_IllAndAlone_Stays(MediaAnswer media, ReadinessAnswer readiness)
    {
        _node.Rounds(Options.Rise).Rounds(1000, media, readiness);
        Assert.True(_node.Health.IsAnnounced);
        Assert.True(_node.Health.IsFailStatic);
        Assert.Equal(1, _node.Health.Stats.FailStatic);
        Assert.Equal(PeerReport.Suspect, _node.Health.Report);
    }

    [Theory]
    [InlineData(PeerReport.Withdrawn)]
    [InlineData(PeerReport.Suspect)]
    public void HandleRound_IllAndTheOtherIsNoHelp_Stays(PeerReport other)
    {
        _node.Rounds(Options.Rise).Hears(other).Rounds(Options.Fall, MediaAnswer.Silent);
        Assert.True(_node.Health.IsFailStatic);
    }

    [Fact]
    public void HandleRound_IllAndAnotherAnnounces_WithdrawsAfterFall()
    {
        _node.Rounds(Options.Rise).Hears(PeerReport.Announcing);
        _node.Rounds(Options.Fall - 1, MediaAnswer.Silent);
        Assert.True(_node.Health.IsAnnounced);
        _node.Rounds(1, MediaAnswer.Silent);
        Assert.Equal(HealthReason.Ill, _node.LastReason);
    }

    [Fact]
    public void HandleRound_FailStaticAndAnotherComes_Withdraws()
    {
        _node.Rounds(Options.Rise).Rounds(20, MediaAnswer.Silent).Hears(PeerReport.Announcing);
        _node.Rounds(1, MediaAnswer.Silent);
        Assert.Equal(HealthReason.Ill, _node.LastReason);
    }

    [Fact]
    public void HandleRound_WhatTheOtherSaidIsOld_Stays()
    {
        _node.Rounds(Options.Rise).Hears(PeerReport.Announcing);
        var rounds = (int)(Options.PeerSilenceMax / WatchedNode.Interval) + 1;
        _node.Rounds(rounds).Rounds(Options.Fall, MediaAnswer.Silent);
        Assert.True(_node.Health.IsFailStatic);
    }

    [Fact]
    public void HandleRound_HttpOnlyIsGone_KeepsTheAddressButDoesNotTakeIt()
    {
        _node.Rounds(100, readiness: ReadinessAnswer.Refused);
        Assert.Empty(_node.Decisions);
        _node.Rounds(Options.Rise).Hears(PeerReport.Announcing);
        _node.Rounds(100, readiness: ReadinessAnswer.Silent);
        Assert.True(_node.Health.IsAnnounced);
        Assert.Equal(PeerReport.Announcing, _node.Health.Report);
    }

    [Fact]
    public void HandleRound_NothingAnswersForLong_WithdrawsThoughNobodyElseHasTheAddress()
    {
        _node.Rounds(Options.Rise);
        var start = _node.Now + WatchedNode.Interval;
        _node.Rounds(1000, MediaAnswer.Silent, ReadinessAnswer.Silent);
        var (decision, at) = _node.Decisions[^1];
        Assert.Equal(HealthReason.Hung, decision.Reason);
        Assert.Equal(Options.HungMax, at - start);
    }

    [Fact]
    public void HandleRound_HealthyAfterAFault_WaitsForTheHoldWhichDoubles()
    {
        var hold = Options.Hold;
        _node.Rounds(Options.Rise);
        for (var fault = 0; fault < 10; fault++)
        {
            _node.Rounds(Options.Fall, MediaAnswer.Refused, ReadinessAnswer.Refused);
            var withdrawn = _node.Now;
            while (!_node.Health.IsAnnounced)
            {
                _node.Rounds(1);
            }

            var waited = _node.Now - withdrawn;
            Assert.InRange(waited, hold, hold + WatchedNode.Interval);
            hold = TimeSpan.FromTicks(Math.Min(2 * hold.Ticks, Options.HoldMax.Ticks));
        }

        Assert.Equal(10, _node.Health.Stats.HeldBack);
    }

    [Fact]
    public void HandleRound_LongQuietBetweenFaults_HoldBeginsAnew()
    {
        for (var fault = 0; fault < 5; fault++)
        {
            while (!_node.Health.IsAnnounced)
            {
                _node.Rounds(1);
            }

            _node.Rounds((int)(Options.HoldMax / WatchedNode.Interval));
            _node.Rounds(Options.Fall, MediaAnswer.Refused, ReadinessAnswer.Refused);
            Assert.Equal(Options.Hold, _node.Health.HeldUntil - _node.Now);
        }
    }

    [Fact]
    public void HandleAnnounced_NodeIsWell_NothingIsDecided()
    {
        _node.Health.HandleAnnounced(_node.Now);
        _node.Rounds(100);
        Assert.Empty(_node.Decisions);
    }

    [Fact]
    public void HandleAnnounced_NodeIsGone_Withdraws()
    {
        _node.Health.HandleAnnounced(_node.Now);
        _node.Rounds(Options.Fall, MediaAnswer.Refused, ReadinessAnswer.Refused);
        Assert.Equal(HealthReason.Dead, _node.LastReason);
    }

    [Fact]
    public void HandleStop_Announced_WithdrawsForGood()
    {
        _node.Rounds(Options.Rise).Stops();
        Assert.Equal(HealthReason.Stopping, _node.LastReason);
        _node.Rounds(100);
        Assert.False(_node.Health.IsAnnounced);
    }

    /// <summary>Two that went in the same moment, each for the other's sake: one of them comes back after its
    /// hold, ill as it looks.</summary>
    [Fact]
    public void HandleRound_WentForAnotherThatIsGone_ComesBackAfterTheHold()
    {
        _node.Rounds(Options.Rise).Hears(PeerReport.Announcing).Rounds(2, MediaAnswer.Silent);
        Assert.Equal(HealthReason.Ill, _node.LastReason);
        var withdrawn = _node.Now;
        _node.Hears(PeerReport.Withdrawn).Rounds(100, MediaAnswer.Silent);
        var (decision, at) = _node.Decisions[^1];
        Assert.Equal(new(HealthAction.Announce, HealthReason.NobodyElse), decision);
        Assert.InRange(at - withdrawn, Options.Hold, Options.Hold + WatchedNode.Interval);
        Assert.True(_node.Health.IsFailStatic);
    }

    [Fact]
    public void HandlePeer_MoreThanThereCanBe_Refused()
    {
        for (var peer = 0; peer < PeerTable.PeersMax; peer++)
        {
            _node.Hears(PeerReport.Withdrawn, $"peer{peer}");
        }

        Assert.False(_node.Health.HandlePeer("more", PeerReport.Announcing, _node.Now));
        Assert.True(_node.Health.HandlePeer("peer7", PeerReport.Announcing, _node.Now));
    }

    [Fact]
    public void Validate_Defaults_NoProblem() => Assert.Empty(Options.Validate());

    [Fact]
    public void Validate_EverythingWrong_EachIsNamed()
    {
        var wrong = new HealthOptions
        {
            Rise = 0,
            Fall = 1,
            Hold = TimeSpan.Zero,
            HoldMax = TimeSpan.FromSeconds(-1),
            HungMax = TimeSpan.Zero,
            PeerSilenceMax = TimeSpan.Zero,
        };
        Assert.Equal(6, wrong.Validate().Count);
    }
}
