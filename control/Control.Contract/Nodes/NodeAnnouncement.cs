using Control.Contract.Calls;

namespace Control.Contract.Nodes;

/// <summary>What a node says of itself, every second and at once when its readiness changes.</summary>
public sealed record NodeAnnouncement
{
    /// <summary>Time between two.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Silence after which a node counts as gone. Chosen: two may be lost.</summary>
    public static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(3);

    /// <summary>The name of its PoP.</summary>
    public required string Pop { get; init; }

    /// <summary>Its name, unique in its PoP.</summary>
    public required string Node { get; init; }

    /// <summary>The PoP's number in owner codes.</summary>
    public required ushort PopNumber { get; init; }

    /// <summary>The node's number in owner codes.</summary>
    public required ushort NodeNumber { get; init; }

    /// <summary>Drawn at each start of the process: tells one life from the next.</summary>
    public required ulong Life { get; init; }

    /// <summary>Whether it takes new sessions.</summary>
    public required NodeReadiness Readiness { get; init; }

    /// <summary>Most sessions it takes, of whatever kind.</summary>
    public required int SessionsMax { get; init; }

    /// <summary>How busy it is, 0 to 1: the larger of its share of the processor and of its sessions.</summary>
    public required double Load { get; init; }

    /// <summary>Its totals.</summary>
    public required NodeReport Report { get; init; }

    /// <summary>What it holds sessions of the session and track API to; null where it offers none.</summary>
    public CallsNodeLimits? Limits { get; init; }

    /// <summary>Where other processes of its PoP reach it; null where they need no address.</summary>
    public string? LanAddress { get; init; }

    /// <summary>Its build, as --version prints it.</summary>
    public string? Version { get; init; }

    /// <summary>The newest <see cref="NodeEnvelope.Version"/> it understands; 0 means the first.</summary>
    public int Envelope { get; init; }

    /// <summary>Who it is.</summary>
    public NodeAddress Address => new(PopNumber, NodeNumber);

    /// <summary>Sessions it has, of whatever kind.</summary>
    public int Sessions => Report.Publishers + Report.Players + Report.Callers;

    /// <summary>Whether it takes one more session.</summary>
    public bool HasRoom => Readiness == NodeReadiness.Ready && Sessions < SessionsMax;
}
