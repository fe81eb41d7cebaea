namespace Edge.Node.HandOver.Taking;

/// <summary>What became of sessions whose node has ended suddenly, by their places in what was given.</summary>
/// <param name="Here">Those that go on here.</param>
/// <param name="Waiting">Those that need what is nowhere yet.</param>
internal sealed record SurvivalOutcome(IReadOnlySet<int> Here, IReadOnlySet<int> Waiting)
{
    /// <summary>Nothing goes on, and nothing waits.</summary>
    public static SurvivalOutcome None { get; } =
        new SurvivalOutcome(new HashSet<int>(), new HashSet<int>());
}
