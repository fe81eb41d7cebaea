namespace Edge.Testing.Network;

/// <summary>The two-state loss model of Gilbert and Elliott: loss that comes in bursts.</summary>
/// <remarks>Shape: probabilities for each packet. Mean burst is 1 / <paramref name="ToGood"/> packets;
/// share of time in the bad state is ToBad / (ToBad + ToGood). Source: Elliott 1963; tc-netem(8),
/// "loss gemodel p r 1-h 1-k".</remarks>
/// <param name="ToBad">From the good state to the bad one (p).</param>
/// <param name="ToGood">From the bad state to the good one (r).</param>
/// <param name="LossInBad">Loss while bad (1 - h).</param>
/// <param name="LossInGood">Loss while good (1 - k).</param>
public readonly record struct BurstLoss(
    double ToBad,
    double ToGood,
    double LossInBad = 1,
    double LossInGood = 0
)
{
    /// <summary>The share of packets lost in the long run.</summary>
    public double MeanLoss =>
        ToBad + ToGood == 0
            ? LossInGood
            : ((ToBad * LossInBad) + (ToGood * LossInGood)) / (ToBad + ToGood);
}
