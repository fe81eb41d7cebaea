using System.Collections.Immutable;
using System.Net;

namespace Edge.Hosting.Settings.Mesh;

/// <summary>How a process talks to others: those of its PoP over the LAN, those of other PoPs over NATS.</summary>
public sealed record MeshSettings
{
    /// <summary>The address for the other processes of the PoP (EDGE_LAN).</summary>
    public required IPEndPoint Lan { get; init; }

    /// <summary>Those others (EDGE_PEERS), without this process; at least one where there is no
    /// <see cref="Consul"/>, which may find more.</summary>
    public required ImmutableArray<MeshPeer> Peers { get; init; }

    /// <summary>Where others are looked for (EDGE_CONSUL); null: nowhere.</summary>
    public required ConsulSettings? Consul { get; init; }

    /// <summary>NATS servers to choose from (EDGE_NATS), of scheme nats or tls, without credentials; empty:
    /// there is no other PoP.</summary>
    public required ImmutableArray<Uri> Nats { get; init; }

    /// <summary>The NATS credentials file (EDGE_NATS_CREDS); null: none.</summary>
    public required string? NatsCredentialsPath { get; init; }
}
