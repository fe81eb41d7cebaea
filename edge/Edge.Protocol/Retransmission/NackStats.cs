namespace Edge.Protocol.Retransmission;

/// <summary>What one stream lost and got back, counted in packets since its start.</summary>
/// <param name="Lost">Numbers that were skipped when a later one came.</param>
/// <param name="Recovered">Lost ones that came after all while they were being asked for.</param>
/// <param name="GivenUp">Lost ones no longer asked for.</param>
/// <param name="Duplicates">Packets received again.</param>
/// <param name="Requested">Numbers written into NACKs, repetitions included.</param>
public readonly record struct NackStats(
    long Lost,
    long Recovered,
    long GivenUp,
    long Duplicates,
    long Requested
);
