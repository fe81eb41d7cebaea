using System.Text.Json.Serialization;

namespace Edge.Hosting.Discovery.Wire;

/// <summary>What a process says of itself in the catalogue; others' may lack any of it.</summary>
internal sealed record ServiceMeta
{
    /// <summary>Its EDGE_POP: names of services are the same to Consul in capitals and without.</summary>
    [JsonPropertyName("pop")]
    public string? Pop { get; init; }

    /// <summary>Its EDGE_NODE.</summary>
    [JsonPropertyName("node")]
    public string? Node { get; init; }

    /// <summary>edge or control.</summary>
    [JsonPropertyName("kind")]
    public string? Kind { get; init; }

    /// <summary>Its version.</summary>
    [JsonPropertyName("version")]
    public string? Version { get; init; }

    /// <summary>Drawn at each start, so that a process knows its own entry from that of another of its name.</summary>
    [JsonPropertyName("run")]
    public string? Run { get; init; }
}
