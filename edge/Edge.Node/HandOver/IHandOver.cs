namespace Edge.Node.HandOver;

/// <summary>A node whose sessions can go on at other nodes of its PoP.</summary>
/// <remarks>Threads: any.</remarks>
public interface IHandOver
{
    /// <summary>Whether there is anybody now who could be asked to take them. Changes: with the PoP.</summary>
    bool HasOthers { get; }

    /// <summary>The process is about to end: what comes new is left to who takes its place on this machine, if anybody does.
    /// Does not wait.</summary>
    void Leave();

    /// <summary>Gives the sessions to other nodes, as many as those take.</summary>
    /// <param name="within">How long it may last.</param>
    /// <param name="cancellation">Ends it: what has not gone stays.</param>
    /// <returns>What became of them. Those left go on here.</returns>
    ValueTask<HandOverOutcome> HandOverAsync(TimeSpan within, CancellationToken cancellation);
}
