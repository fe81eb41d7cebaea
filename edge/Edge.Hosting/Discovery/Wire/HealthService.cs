namespace Edge.Hosting.Discovery.Wire;

/// <summary>The service of an entry.</summary>
internal sealed record HealthService
{
    public string? Address { get; init; }

    public int Port { get; init; }

    public ServiceMeta? Meta { get; init; }
}
