using System.Text.Json;
using System.Text.RegularExpressions;
using Control.Server.Http.OpenApi;
using Control.Server.Tests.Support;
using Control.Server.Turn;
using Edge.Testing;
using Microsoft.AspNetCore.Routing;

namespace Control.Server.Tests.Http;

/// <summary>/openapi.json: all that is served and nothing else, and true.</summary>
public sealed partial class OpenApiTests
{
    private static readonly string[] Methods = ["get", "post", "put", "patch", "delete"];

    [Fact]
    public async Task Document_EveryRoute_DescribedOrMarked()
    {
        await using var server = await CallsServer.StartAsync();
        var document = await ReadAsync(server);
        var paths = document.GetProperty("paths");
        var count = 0;
        foreach (var endpoint in server.Endpoints.OfType<RouteEndpoint>())
        {
            var pattern = endpoint.RoutePattern.RawText!;
            if (endpoint.Metadata.GetMetadata<UndocumentedApi>() is { } marked)
            {
                Assert.NotEmpty(marked.Reason);
                continue;
            }

            var path =
                pattern.StartsWith("/apps/", StringComparison.Ordinal)
                || pattern.StartsWith("/turn/", StringComparison.Ordinal)
                    ? "/v1" + pattern
                    : pattern;
            Assert.True(paths.TryGetProperty(path, out var described), $"{pattern} is missing.");
            foreach (var operation in endpoint.Metadata.GetOrderedMetadata<ApiOperation>())
            {
                var name = operation.Method.ToLowerInvariant();
                Assert.True(described.TryGetProperty(name, out _), $"{name} {path} is missing.");
                count++;
            }
        }

        Assert.True(count > 60, $"{count}");
    }

    [Fact]
    public async Task Document_EveryReference_Resolves()
    {
        await using var server = await CallsServer.StartAsync();
        var document = await ReadAsync(server);
        Assert.Equal("3.1.0", document.GetProperty("openapi").GetString());
        var references = Reference().Matches(document.GetRawText());
        Assert.NotEmpty(references);
        Assert.All(
            references,
            reference =>
                Assert.True(Resolves(document, reference.Groups["path"].Value), reference.Value)
        );
        var ids = Operations(document)
            .Select(each => each.Operation.GetProperty("operationId").GetString());
        Assert.Equal(ids.Count(), ids.Distinct(StringComparer.Ordinal).Count());
    }

    /// <summary>The shape of the whole document, so that a change of the API is seen in review.</summary>
    [Fact]
    public async Task Document_OperationsAndSchemas_AsReviewed()
    {
        await using var server = await CallsServer.StartAsync();
        var document = await ReadAsync(server);
        var operations = Operations(document)
            .Select(each => $"{each.Method} {each.Path} {each.Operation.GetRawText()}");
        var schemas = document
            .GetProperty("components")
            .GetProperty("schemas")
            .EnumerateObject()
            .Select(each => $"{each.Name} {each.Value.GetRawText()}");
        Golden.Match("control/openapi.txt", string.Join('\n', [.. operations, .. schemas, ""]));
    }

    /// <summary>The samples that the other tests are made from: requests and answers are as described.</summary>
    [Fact]
    public async Task Samples_RequestAndAnswer_AsDescribed()
    {
        await using var server = await CallsServer.StartAsync(CallsServer.Wide);
        var document = await ReadAsync(server);
        var check = new JsonSchemaCheck(document);
        foreach (var sample in CallsSample.All)
        {
            var path = sample.At(await server.CreateSessionAsync());
            var operation = FindOperation(document, sample.Method, path);
            if (sample.Body is not null)
            {
                using var body = JsonDocument.Parse(sample.Body);
                Assert.Null(check.Find(RequestSchema(operation), body.RootElement));
            }

            var text = await server.TextAsync(sample.Status, sample.Method, path, sample.Body);
            using var answer = JsonDocument.Parse(text);
            var schema =
                sample.Status < 400
                    ? AnswerSchema(operation, sample.Status)
                    : ErrorSchema(operation);
            Assert.Null(check.Find(schema, answer.RootElement));
            var refused = await server.TextAsync(401, sample.Method, path, sample.Body, "wrong");
            using var error = JsonDocument.Parse(refused);
            Assert.Null(check.Find(ErrorSchema(operation), error.RootElement));
        }
    }

    /// <summary>Every curl line of the documents works on a running server, word for word.</summary>
    [Theory]
    [InlineData("control/README.md", 12)]
    [InlineData("README.md", 0)]
    public async Task Examples_OfTheDocuments_WorkAndAreAsDescribed(string file, int least)
    {
        await using var server = await CallsServer.StartAsync(
            apps: "dev:dev-secret",
            turn: new TurnSettings([], ["turn:t.example"], "north")
        );
        var document = await ReadAsync(server);
        var check = new JsonSchemaCheck(document);
        var session = await server.CreateSessionAsync("dev-secret", "/v1/apps/dev");
        var id = session[(session.LastIndexOf('/') + 1)..];
        var text = await File.ReadAllTextAsync(RepositoryRoot.Combine(file));
        var examples = Curl().Matches(text);
        Assert.True(examples.Count >= least, $"{file} has {examples.Count} examples.");
        Assert.Equal(
            text.Split('\n').Count(line => line.StartsWith("curl ", StringComparison.Ordinal)),
            examples.Count
        );
        foreach (Match example in examples)
        {
            string Fill(string part) =>
                example
                    .Groups[part]
                    .Value.Replace("'$OTHER'", id, StringComparison.Ordinal)
                    .Replace("$SESSION", id, StringComparison.Ordinal)
                    .Replace("$OPERATOR", CallsServer.OperatorToken, StringComparison.Ordinal);
            var method = Fill("method");
            var body = example.Groups["body"].Success ? Fill("body") : null;
            using var response = await server.SendAsync(method, Fill("path"), body, Fill("bearer"));
            var answer = await response.Content.ReadAsStringAsync();
            Assert.True(response.IsSuccessStatusCode, $"{example.Value}\n{answer}");
            var operation = FindOperation(document, method, Fill("path").Split('?')[0]);
            if (body is not null)
            {
                using var request = JsonDocument.Parse(body);
                Assert.Null(check.Find(RequestSchema(operation), request.RootElement));
            }

            using var json = JsonDocument.Parse(answer);
            var schema = AnswerSchema(operation, (int)response.StatusCode);
            Assert.Null(check.Find(schema, json.RootElement));
        }
    }

    private static async Task<JsonElement> ReadAsync(CallsServer server) =>
        JsonDocument
            .Parse(await server.TextAsync(200, "GET", "/openapi.json", bearer: null))
            .RootElement;

    private static IEnumerable<(string Path, string Method, JsonElement Operation)> Operations(
        JsonElement document
    ) =>
        from path in document.GetProperty("paths").EnumerateObject()
        from method in Methods
        where path.Value.TryGetProperty(method, out _)
        select (path.Name, method, path.Value.GetProperty(method));

    private static JsonElement FindOperation(JsonElement document, string method, string path)
    {
        var parts = path.Split('/');
        var found = Operations(document)
            .Where(each => each.Method.Equals(method, StringComparison.OrdinalIgnoreCase))
            .Where(each => PathTemplates.Fits(each.Path.Split('/'), parts))
            // The path with the fewest parameters is the one that is routed to.
            .OrderBy(each => each.Path.Count(character => character == '{'))
            .ToArray();
        Assert.True(found.Length > 0, $"{method} {path} is not described.");
        return found[0].Operation;
    }

    private static bool Resolves(JsonElement document, string path)
    {
        var found = document;
        return path.Split('/').All(part => found.TryGetProperty(part, out found));
    }

    private static JsonElement RequestSchema(JsonElement operation) =>
        Schema(operation.GetProperty("requestBody"));

    private static JsonElement AnswerSchema(JsonElement operation, int status) =>
        Schema(operation.GetProperty("responses").GetProperty($"{status}"));

    private static JsonElement ErrorSchema(JsonElement operation) =>
        Schema(operation.GetProperty("responses").GetProperty("default"));

    private static JsonElement Schema(JsonElement value) =>
        value.GetProperty("content").GetProperty("application/json").GetProperty("schema");

    [GeneratedRegex("\"\\$ref\":\"#/(?<path>[^\"]+)\"", RegexOptions.NonBacktracking)]
    private static partial Regex Reference();

    [GeneratedRegex(
        """^curl -X (?<method>[A-Z]+) http://127\.0\.0\.1:8080(?<path>/\S*) -H ['"]Authorization: Bearer (?<bearer>[^'"]+)['"](?: -H '[^']*')?(?: -d '(?<body>.*)')?$""",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Curl();
}
