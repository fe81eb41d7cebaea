namespace Edge.Hosting.Settings.Mesh;

/// <summary>The Consul agent by which the processes of a PoP find each other.</summary>
/// <param name="Agent">Its HTTP API (EDGE_CONSUL): http or https, a host and perhaps a port.</param>
/// <param name="Token">What it is asked with; null: nothing.</param>
public sealed record ConsulSettings(Uri Agent, string? Token)
{
    /// <summary>The agent only: tokens are not printed.</summary>
    public override string ToString() => Agent.Authority;
}
