using System.Runtime.CompilerServices;
using Edge.Protocol.Srtp;
using Edge.Testing;
using Xunit;

namespace Edge.Node.Tests.Clusters;

/// <summary>Every rule of the simulation can be broken: nodes that do one thing wrong are found by the rule that forbids it.</summary>
[Collection(nameof(ClusterCollection))]
public sealed class ClusterMutationTests
{
    /// <summary>Seeds until it shows. Chosen: ten times what the slowest needs.</summary>
    private const int SeedsMax = 60;

    private const int JunkPerSecond = 20;
    private const int RepeatedPerSecond = 30;

    [Theory]
    [InlineData(nameof(ClusterMutation.ForgetsIndices), nameof(ClusterRule.IndexOnce))]
    [InlineData(nameof(ClusterMutation.KeepsWhatItGave), nameof(ClusterRule.OneHolder))]
    [InlineData(nameof(ClusterMutation.TakesSilenceForNo), nameof(ClusterRule.OneHolder))]
    [InlineData(nameof(ClusterMutation.TakesSilenceForYes), nameof(ClusterRule.SessionLives))]
    [InlineData(nameof(ClusterMutation.KeepsWhatMayBeElsewhere), nameof(ClusterRule.OneHolder))]
    [InlineData(nameof(ClusterMutation.LosesWhatIsRefused), nameof(ClusterRule.SessionLives))]
    [InlineData(nameof(ClusterMutation.MovesAgainAndAgain), nameof(ClusterRule.EarlyOnce))]
    [InlineData(nameof(ClusterMutation.Reflects), nameof(ClusterRule.NoAmplification))]
    [InlineData(nameof(ClusterMutation.RemembersStrangers), nameof(ClusterRule.Bounded))]
    [InlineData(nameof(ClusterMutation.SkipsNumbers), nameof(ClusterRule.NumbersGoOn))]
    [InlineData(nameof(ClusterMutation.LosesWhatItTook), nameof(ClusterRule.SessionLives))]
    public void Run_NodesDoOneThingWrong_TheRuleIsBroken(string mutation, string rule)
    {
        var wrong = Enum.Parse<ClusterMutation>(mutation);
        AssertBroken(
            $"{rule} is broken",
            seed => new ClusterScenario(seed, wrong).Run(JunkPerSecond)
        );
    }

    /// <summary>With AES-CM too, which clients without AES-GCM take.</summary>
    [Fact]
    public void RunOfAesCm_NodesUseIndicesTwice_TheRuleIsBroken() =>
        AssertBroken(
            $"{ClusterRule.IndexOnce} is broken",
            seed =>
                new ClusterScenario(
                    seed,
                    ClusterMutation.ForgetsIndices,
                    SrtpProfile.Aes128CmSha1Tag80
                ).Run(JunkPerSecond)
        );

    /// <summary>That checks from the addresses of others take nothing is because they are not believed.</summary>
    [Fact]
    public void RunRepeating_NodesBelieveChecks_SomebodyNotices() =>
        AssertBroken(
            $"{ClusterRule.SessionLives} is broken",
            seed =>
                new ClusterScenario(seed, ClusterMutation.BelievesChecks).RunRepeating(
                    RepeatedPerSecond
                )
        );

    private static void AssertBroken(
        string expected,
        Action<ulong> run,
        [CallerMemberName] string test = ""
    )
    {
        var first = Seeds.Next($"{test} {expected}");
        var broken = "";
        // Another rule may forbid it, too.
        for (var seed = first; !Is(broken, expected) && seed < first + SeedsMax; seed++)
        {
            try
            {
                run(seed);
            }
            catch (TestingException failure)
            {
                broken = failure.Message;
            }
        }

        Assert.StartsWith(expected, broken, StringComparison.Ordinal);
    }

    private static bool Is(string broken, string expected) =>
        broken.StartsWith(expected, StringComparison.Ordinal);
}
