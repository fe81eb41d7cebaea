using Control.Server.Http.Json;

namespace Control.Server.Http.OpenApi;

/// <summary>A parameter of a query.</summary>
internal sealed record ApiParameter(string Name, JsonShape Shape, string Meaning);
