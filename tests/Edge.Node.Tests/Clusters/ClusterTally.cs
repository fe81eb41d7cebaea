using Edge.Node.HandOver.Early;

namespace Edge.Node.Tests.Clusters;

/// <summary>How often things happened, so that it is seen that they do.</summary>
internal sealed class ClusterTally
{
    private readonly int[] _early = new int[Enum.GetValues<EarlyMoveOutcome>().Length];

    /// <summary>Sessions that another node took.</summary>
    public int Taken { get; set; }

    /// <summary>Those that nobody took, and that went on where they were.</summary>
    public int Returned { get; set; }

    /// <summary>Those of which nobody knows who has them.</summary>
    public int Lost { get; set; }

    /// <summary>Letters that came a second time.</summary>
    public int Repeated { get; set; }

    /// <summary>Datagrams passed on within a PoP.</summary>
    public int Hops { get; set; }

    /// <summary>Those that were passed on twice.</summary>
    public int Onward { get; set; }

    /// <summary>Datagrams that went to another PoP.</summary>
    public int Crossed { get; set; }

    /// <summary>Checks from addresses where others are proved to be.</summary>
    public int Newcomers { get; set; }

    /// <summary>Packets of media that were sent again, under numbers of their own.</summary>
    public int Repairs { get; set; }

    /// <summary>Messages of data channels that came.</summary>
    public int Messages { get; set; }

    /// <summary>Longest time in which nothing went one of its ways, of sessions that did not end.</summary>
    public TimeSpan Silence { get; private set; }

    /// <summary>Counts a silence.</summary>
    public void NoteSilence(TimeSpan silence) => Silence = silence > Silence ? silence : Silence;

    /// <summary>Counts what became of an early move.</summary>
    public void Count(EarlyMoveOutcome outcome) => _early[(int)outcome]++;

    /// <summary>Early moves that came to this.</summary>
    public int Early(EarlyMoveOutcome outcome) => _early[(int)outcome];

    /// <summary>Adds those of another cluster.</summary>
    public void Add(ClusterTally other)
    {
        Taken += other.Taken;
        Returned += other.Returned;
        Lost += other.Lost;
        Repeated += other.Repeated;
        Hops += other.Hops;
        Onward += other.Onward;
        Crossed += other.Crossed;
        Newcomers += other.Newcomers;
        Repairs += other.Repairs;
        Messages += other.Messages;
        for (var outcome = 0; outcome < _early.Length; outcome++)
        {
            _early[outcome] += other._early[outcome];
        }

        NoteSilence(other.Silence);
    }

    /// <summary>The least of them.</summary>
    public int Least =>
        new[]
        {
            Taken,
            Returned,
            Lost,
            Repeated,
            Hops,
            Onward,
            Crossed,
            Repairs,
            Messages,
            Early(EarlyMoveOutcome.Moved),
            Early(EarlyMoveOutcome.NoPlace),
            Early(EarlyMoveOutcome.Returned),
            Early(EarlyMoveOutcome.Lost),
        }.Min();

    public override string ToString() =>
        $"{Taken} taken, {Returned} returned, {Lost} lost, {Repeated} repeated; early {string.Join(", ", Enum.GetValues<EarlyMoveOutcome>().Select(outcome => $"{outcome} {Early(outcome)}"))}; {Hops} hops, {Onward} onward, {Crossed} crossed, {Newcomers} newcomers; {Repairs} repairs, {Messages} messages; at most {Silence.TotalSeconds} s silent";
}
