using System.Text.Json.Serialization;

namespace Edge.Hosting.Discovery.Wire;

/// <summary>Body of PUT /v1/agent/service/register, whose names these are.</summary>
internal sealed record ServiceRegistration
{
    [JsonPropertyName("ID")]
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required string[] Tags { get; init; }

    /// <summary>Empty: that of the agent.</summary>
    public required string Address { get; init; }

    public required int Port { get; init; }

    public required ServiceMeta Meta { get; init; }

    public required TtlCheck Check { get; init; }
}
