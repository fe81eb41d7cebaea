namespace Edge.Wire.State;

/// <summary>What was open around a group; to be given back when the group ends.</summary>
/// <param name="Start">Where the outer group begins in what is written.</param>
/// <param name="Values">Values of the outer group so far, or still to come.</param>
public readonly record struct StateGroup(int Start, int Values);
