namespace Edge.Protocol.Transport;

/// <summary>Time limits of a peer.</summary>
public sealed record PeerTransportOptions
{
    /// <summary>How long a peer may take from its creation to its keys. Default 30 s: a phone that asks
    /// its user for permission has its offer already; what remains is the network.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a connected peer may stay unheard. Default 30 s, the consent expiry of
    /// RFC 7675 §5.1.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What keeps a connected peer alive. Default: consent alone.</summary>
    public PeerLiveness Liveness { get; init; } = PeerLiveness.Consent;
}
