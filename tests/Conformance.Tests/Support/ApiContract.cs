using System.Text.Json;
using Edge.Testing;

namespace Conformance.Tests.Support;

/// <summary>What /openapi.json promises, to hold the running server's answers to.</summary>
internal sealed class ApiContract
{
    private readonly JsonSchemaCheck _check;

    private ApiContract(JsonElement document)
    {
        Document = document;
        _check = new JsonSchemaCheck(document);
    }

    /// <summary>The document.</summary>
    public JsonElement Document { get; }

    /// <summary>Every operation: its path with parameters, and its method in capitals.</summary>
    public IEnumerable<(string Path, string Method, JsonElement Operation)> Operations =>
        from path in Document.GetProperty("paths").EnumerateObject()
        from method in path.Value.EnumerateObject()
        select (path.Name, method.Name.ToUpperInvariant(), method.Value);

    public static ApiContract Parse(string text) => new(JsonDocument.Parse(text).RootElement);

    /// <summary>What is wrong with a request; null when nothing is.</summary>
    public string? FindInRequest(string method, string path, JsonElement body) =>
        Find(method, path) is not { } operation
            ? $"{method} {path} is not described."
            : _check.Find(SchemaOf(operation.GetProperty("requestBody")), body);

    /// <summary>What is wrong with an answer; null when nothing is, or the path is not described.</summary>
    public string? FindInAnswer(string method, string path, int status, JsonElement body)
    {
        if (Find(method, path) is not { } operation)
        {
            return null;
        }

        var responses = operation.GetProperty("responses");
        if (!responses.TryGetProperty($"{status}", out var response))
        {
            response = responses.GetProperty("default");
        }

        return response.TryGetProperty("content", out _)
            ? _check.Find(SchemaOf(response), body)
            : null;
    }

    private JsonElement? Find(string method, string path)
    {
        // Both bases are served; the document has the one with the version.
        var versioned = path.StartsWith("/v1/", StringComparison.Ordinal) ? path : "/v1" + path;
        var parts = versioned.Split('?')[0].Split('/');
        return Operations
            .Where(each =>
                string.Equals(each.Method, method, StringComparison.Ordinal)
                && PathTemplates.Fits(each.Path.Split('/'), parts)
            )
            .OrderBy(each => each.Path.Count(character => character == '{'))
            .Select(each => (JsonElement?)each.Operation)
            .FirstOrDefault();
    }

    private static JsonElement SchemaOf(JsonElement value) =>
        value.GetProperty("content").EnumerateObject().First().Value.GetProperty("schema");
}
