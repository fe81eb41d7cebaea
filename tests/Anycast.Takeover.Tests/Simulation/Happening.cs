namespace Anycast.Takeover.Tests.Simulation;

/// <summary>What is going to happen at some time.</summary>
internal readonly record struct Happening
{
    public required HappeningKind Kind { get; init; }

    /// <summary>To whom; which run of it.</summary>
    public SimulatedNode? Node { get; init; }

    public int Run { get; init; }

    public ushort From { get; init; }

    public byte[]? Frame { get; init; }

    public ulong Life { get; init; }

    public SimulatedClient? Client { get; init; }

    public int Stream { get; init; }

    public long First { get; init; }

    public int Count { get; init; }

    public ulong Lost { get; init; }
}

internal enum HappeningKind
{
    /// <summary>A node's loop turns.</summary>
    Step,

    /// <summary>A frame arrives at a node.</summary>
    Frame,

    /// <summary>A sign of life arrives at a node.</summary>
    Beat,

    /// <summary>A node is told that a process died.</summary>
    Death,

    /// <summary>Media arrives at a client.</summary>
    Media,

    /// <summary>A client reports what it has.</summary>
    Report,

    /// <summary>A report arrives at a node.</summary>
    Reported,
}
