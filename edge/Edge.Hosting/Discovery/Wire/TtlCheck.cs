using System.Text.Json.Serialization;

namespace Edge.Hosting.Discovery.Wire;

/// <summary>A check that fails when nobody says in time that the service lives.</summary>
internal sealed record TtlCheck
{
    [JsonPropertyName("CheckID")]
    public required string CheckId { get; init; }

    public required string Name { get; init; }

    [JsonPropertyName("TTL")]
    public required string Ttl { get; init; }

    public required string Status { get; init; }

    public required string DeregisterCriticalServiceAfter { get; init; }
}
