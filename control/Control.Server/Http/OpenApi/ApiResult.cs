using System.Text.Json.Serialization.Metadata;

namespace Control.Server.Http.OpenApi;

/// <summary>An answer of an operation.</summary>
/// <param name="Status">Its status.</param>
/// <param name="Json">What its JSON looks like; null when it has none.</param>
/// <param name="ContentType">Its type.</param>
internal sealed record ApiResult(
    int Status,
    JsonTypeInfo? Json = null,
    string? ContentType = "application/json"
);
