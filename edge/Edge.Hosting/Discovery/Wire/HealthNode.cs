namespace Edge.Hosting.Discovery.Wire;

/// <summary>The agent by which a service is there.</summary>
internal sealed record HealthNode
{
    public string? Address { get; init; }
}
