using System.Text.Json.Serialization.Metadata;

namespace Control.Server.Http.OpenApi;

/// <summary>An answer of an operation.</summary>
/// <param name="Status">Its status.</param>
/// <param name="Json">What its JSON looks like, asked for when somebody reads the description; null when it has none.</param>
/// <param name="ContentType">Its type.</param>
internal sealed record ApiResult(
    int Status,
    Func<JsonTypeInfo>? Json = null,
    string? ContentType = "application/json"
);
