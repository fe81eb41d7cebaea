namespace Edge.Load;

/// <summary>What passed between two moments.</summary>
/// <param name="Seconds">Between them.</param>
/// <param name="Sent">Packets of publishers.</param>
/// <param name="Packets">That reached viewers.</param>
/// <param name="Missing">That never did.</param>
/// <param name="Recovered">Of those that did, by retransmission only.</param>
/// <param name="Cpu">What the server took.</param>
/// <param name="StolenPercent">Share of the machine's time that its host gave to others.</param>
internal readonly record struct LoadSpan(
    double Seconds,
    long Sent,
    long Packets,
    long Missing,
    long Recovered,
    ServerCpu Cpu,
    double StolenPercent
)
{
    /// <summary>Percent of what was sent to viewers.</summary>
    public double LossPercent => 100.0 * Missing / Math.Max(1, Packets + Missing);
}
