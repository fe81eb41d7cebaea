using Edge.Node.HandOver.State;

namespace Edge.Node.HandOver.Taking;

/// <summary>A session whose node has ended suddenly.</summary>
/// <param name="Portrait">What that node wrote of it last. Secret; whoever brings it clears it.</param>
/// <param name="Survival">What is known beside that.</param>
internal readonly record struct Survivor(ReadOnlyMemory<byte> Portrait, Survival Survival)
{
    /// <summary>Whether it waits for what it needs and is nowhere yet; else that is over for it.</summary>
    public bool MayWait { get; init; }
}
