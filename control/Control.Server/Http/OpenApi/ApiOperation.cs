using System.Collections.Immutable;
using System.Text.Json.Serialization.Metadata;
using Control.Server.Http.Json;

namespace Control.Server.Http.OpenApi;

/// <summary>One operation of the HTTP API as /openapi.json describes it: metadata of the endpoint that
/// serves it.</summary>
/// <param name="Id">Its name for generated clients.</param>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">The path, parameters in braces.</param>
/// <param name="Summary">A sentence.</param>
internal sealed record ApiOperation(string Id, string Method, string Path, string Summary)
{
    /// <summary>The group it is shown in.</summary>
    public string Tag { get; init; } = "sessions";

    /// <summary>The JSON body, if it takes one.</summary>
    public JsonShape.Object? Request { get; init; }

    /// <summary>Whether the body may be left out.</summary>
    public bool IsRequestOptional { get; init; }

    /// <summary>The type of a body that is not JSON.</summary>
    public string? RequestType { get; init; }

    /// <summary>Parameters of the query.</summary>
    public ImmutableArray<ApiParameter> Query { get; init; } = [];

    /// <summary>The answer when all is well.</summary>
    public required ApiResult Result { get; init; }

    /// <summary>Whether it wants a bearer.</summary>
    public bool IsProtected { get; init; } = true;

    /// <summary>Whether its errors are RFC 9457 problems instead of the session API's.</summary>
    public bool HasProblems { get; init; }

    /// <summary>What its errors look like, when they are of neither kind.</summary>
    public Func<JsonTypeInfo>? Error { get; init; }
}
