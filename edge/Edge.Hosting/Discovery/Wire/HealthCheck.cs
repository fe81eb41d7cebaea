namespace Edge.Hosting.Discovery.Wire;

/// <summary>A check of a service, or of the agent by which it is there.</summary>
internal sealed record HealthCheck
{
    /// <summary>What all checks of a service have that may be used.</summary>
    public const string Passing = "passing";

    public string? Status { get; init; }
}
