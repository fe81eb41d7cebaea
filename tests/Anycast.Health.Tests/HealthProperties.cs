using Anycast.Health.Rounds;
using Edge.Primitives;
using Edge.Testing;
using Xunit;

namespace Anycast.Health.Tests;

/// <summary>What holds whatever the probes answer.</summary>
public sealed class HealthProperties
{
    private const int SeedCount = 300;
    private static readonly HealthOptions Options = new();
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(3);

    /// <summary>Any answers in any order but drains: between a withdrawal and the next announcement lies the hold.</summary>
    [Fact]
    public void HandleRound_AnyAnswers_NeverBackBeforeTheHold() =>
        Seeds.Check(
            random =>
            {
                var pop = new PopSimulation(1 + random.NextInt32(4), Options, random)
                {
                    Loss = random.NextDouble() / 2,
                    Answers = Moody(random, withDrains: false),
                };
                pop.Run(TimeSpan.FromMinutes(3));
                AssertHeld(pop);
            },
            SeedCount
        );

    /// <summary>A fault that only the media probe sees, at all nodes at once or one after the other: the PoP never
    /// loses its last announcement. Heartbeats come.</summary>
    [Fact]
    public void HandleRound_MediaProbesFailEverywhere_TheLastAnnouncementStays() =>
        Seeds.Check(
            random =>
            {
                var nodes = 1 + random.NextInt32(5);
                var spreadMs = random.NextInt32(3) * random.NextInt32(1000);
                var failsAt = new Instant[nodes];
                for (var node = 0; node < nodes; node++)
                {
                    failsAt[node] = Instant.Zero + Settled;
                    failsAt[node] += TimeSpan.FromMilliseconds(random.NextInt32(spreadMs + 1));
                }

                var pop = new PopSimulation(nodes, Options, random)
                {
                    Answers = (node, now) =>
                        (
                            now < failsAt[node] ? MediaAnswer.Answered : MediaAnswer.Silent,
                            ReadinessAnswer.Ready
                        ),
                };
                pop.Run(Settled);
                Assert.Equal(nodes, pop.AnnouncedCount);
                pop.Run(TimeSpan.FromMinutes(1), () => Assert.True(pop.AnnouncedCount > 0));
            },
            SeedCount
        );

    /// <summary>The same with heartbeats lost: should all have gone, each for another's sake, one is back after its
    /// hold.</summary>
    [Fact]
    public void HandleRound_MediaProbesFailAndHeartbeatsAreLost_NeverWithoutForLongerThanAHold() =>
        Seeds.Check(
            random =>
            {
                var pop = new PopSimulation(3, Options, random)
                {
                    Loss = random.NextDouble() * 0.9,
                    Answers = (_, _) => (MediaAnswer.Answered, ReadinessAnswer.Ready),
                };
                pop.Run(Settled);
                pop.Answers = (_, _) => (MediaAnswer.Silent, ReadinessAnswer.Ready);
                var last = pop.Now;
                // A hold, and what it takes to know that the last of the others is gone.
                var longest = Options.HoldMax;
                pop.Run(
                    TimeSpan.FromMinutes(5),
                    () =>
                    {
                        last = pop.AnnouncedCount > 0 ? pop.Now : last;
                        Assert.True(pop.Now - last <= longest + Settled);
                    }
                );
                Assert.True(pop.AnnouncedCount > 0);
            },
            SeedCount
        );

    /// <summary>A killed node is gone after as many rounds as it takes, whatever the others say.</summary>
    [Fact]
    public void HandleRound_NodeKilled_GoneWithinFallRounds() =>
        Seeds.Check(
            random =>
            {
                var nodes = 1 + random.NextInt32(4);
                var others = Moody(random, withDrains: true);
                var pop = new PopSimulation(nodes, Options, random)
                {
                    Loss = random.NextDouble(),
                    Answers = (_, _) => (MediaAnswer.Answered, ReadinessAnswer.Ready),
                };
                pop.Run(Settled + TimeSpan.FromMilliseconds(random.NextInt32(500)));
                pop.Answers = (node, now) =>
                    node == 0 ? (MediaAnswer.Refused, ReadinessAnswer.Refused) : others(node, now);
                pop.Run(Options.Fall * WatchedNode.Interval);
                Assert.False(pop.Node(0).IsAnnounced);
                pop.Run(TimeSpan.FromMinutes(1), () => Assert.False(pop.Node(0).IsAnnounced));
            },
            SeedCount
        );

    /// <summary>The same seed twice decides the same at the same times.</summary>
    [Fact]
    public void HandleRound_SameSeedTwice_SameDecisions()
    {
        var seed = Seeds.Next();
        Assert.Equal(Decide(seed), Decide(seed));

        static List<(int, HealthDecision, Instant)> Decide(ulong seed)
        {
            var random = Prng.FromNumber(seed);
            var pop = new PopSimulation(3, Options, random)
            {
                Loss = 0.2,
                Answers = Moody(random, withDrains: true),
            };
            pop.Run(TimeSpan.FromMinutes(2));
            return pop.Decisions;
        }
    }

    private static void AssertHeld(PopSimulation pop)
    {
        var withdrawnAt = new Dictionary<int, Instant>();
        foreach (var (node, decision, at) in pop.Decisions)
        {
            if (decision.Action == HealthAction.Withdraw)
            {
                withdrawnAt[node] = at;
            }
            else if (withdrawnAt.TryGetValue(node, out var since))
            {
                Assert.True(at - since >= Options.Hold, $"{node} was back after {at - since}.");
            }
        }
    }

    /// <summary>Answers that stay the same for a while and then are others.</summary>
    private static Func<int, Instant, (MediaAnswer, ReadinessAnswer)> Moody(
        Prng random,
        bool withDrains
    )
    {
        var moods = new Dictionary<int, (MediaAnswer Media, ReadinessAnswer Readiness)>();
        return (node, _) =>
        {
            if (!moods.TryGetValue(node, out var mood) || random.NextInt32(8) == 0)
            {
                moods[node] = mood =
                    random.NextInt32(2) == 0
                        ? (MediaAnswer.Answered, ReadinessAnswer.Ready)
                        : Draw(random, withDrains);
            }

            return mood;
        };
    }

    private static (MediaAnswer, ReadinessAnswer) Draw(Prng random, bool withDrains)
    {
        var media = (MediaAnswer)random.NextInt32(3);
        var readiness = (ReadinessAnswer)random.NextInt32(5);
        return readiness == ReadinessAnswer.Draining && !withDrains
            ? (media, ReadinessAnswer.Ill)
            : (media, readiness);
    }
}
