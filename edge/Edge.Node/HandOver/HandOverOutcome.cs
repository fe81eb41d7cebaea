namespace Edge.Node.HandOver;

/// <summary>What became of a node's sessions when it gave them away.</summary>
/// <param name="Moved">Sessions that go on elsewhere.</param>
/// <param name="Lost">Sessions that were given away without an answer, and go on at most there.</param>
/// <param name="Left">Sessions that are here still, for nobody took them.</param>
public readonly record struct HandOverOutcome(int Moved, int Lost, int Left);
