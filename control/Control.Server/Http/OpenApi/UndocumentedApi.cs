namespace Control.Server.Http.OpenApi;

/// <summary>Marks an endpoint that /openapi.json leaves out: pages, fallbacks, second names of paths.</summary>
internal sealed record UndocumentedApi(string Reason);
