using System.Text.Json.Serialization;

namespace Edge.Hosting.Discovery.Wire;

/// <summary>The JSON of Consul's agent, read and written without reflection.</summary>
[JsonSerializable(typeof(ServiceRegistration))]
[JsonSerializable(typeof(HealthEntry[]))]
internal sealed partial class ConsulJsonContext : JsonSerializerContext;
