using Edge.Protocol.DataChannels;
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

    /// <summary>Bounds and timing of data channels. Ports and message lengths are taken from the state.</summary>
    public DataChannelTransportOptions Channels { get; init; } = new();

    /// <summary>Where messages of data channels are kept; without one a peer that has channels is not restored.</summary>
    public MessagePool? ChannelPool { get; init; }
}
