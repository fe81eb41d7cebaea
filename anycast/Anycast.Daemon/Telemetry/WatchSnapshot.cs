using Anycast.Daemon.Announcing;

namespace Anycast.Daemon.Telemetry;

/// <summary>How a watch stands.</summary>
internal readonly record struct WatchSnapshot
{
    /// <summary>Whether the address is to be announced.</summary>
    public required bool IsAnnounced { get; init; }

    /// <summary>Whether that is so only because no other node has it.</summary>
    public required bool IsFailStatic { get; init; }

    /// <summary>Seconds until it may be announced again; 0: now.</summary>
    public required double HoldSeconds { get; init; }

    /// <summary>Times that it stayed because no other node has it.</summary>
    public required long FailStaticCount { get; init; }

    /// <summary>Times that a healthy node waited for its hold.</summary>
    public required long HeldBackCount { get; init; }

    /// <summary>Heartbeats that were not taken.</summary>
    public required long PeersRefused { get; init; }

    /// <summary>Heartbeats that were too old when they were to be taken.</summary>
    public required long PeersSkipped { get; init; }

    /// <summary>What BIRD has.</summary>
    public required BirdState Bird { get; init; }

    /// <summary>Whether BIRD is left as it is.</summary>
    public required bool IsDryRun { get; init; }
}
