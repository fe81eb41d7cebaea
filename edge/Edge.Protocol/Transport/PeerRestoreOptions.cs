using Edge.Protocol.Ice;

namespace Edge.Protocol.Transport;

/// <summary>What a peer that comes from another process is told by this one; everything else is in its state.</summary>
public sealed record PeerRestoreOptions
{
    /// <summary>Time limits of ICE.</summary>
    public IceOptions Ice { get; init; } = new();

    /// <summary>Time limits of the session. What counts as a sign of life (<see cref="PeerTransportOptions.Liveness"/>) is
    /// taken from the state.</summary>
    public PeerTransportOptions Transport { get; init; } = new();
}
