namespace Edge.Hosting.Discovery.Wire;

/// <summary>An entry of the answer to GET /v1/health/service/NAME.</summary>
internal sealed record HealthEntry
{
    public HealthNode? Node { get; init; }

    public HealthService? Service { get; init; }

    public HealthCheck[]? Checks { get; init; }
}
