using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Control.Server.Http.Json;

namespace Control.Server.Http.OpenApi;

/// <summary>Writes the OpenAPI 3.1 description of the operations that are served.</summary>
internal sealed class OpenApiDocument(JsonTypeInfo error, JsonTypeInfo problem)
{
    private static readonly JsonShape PathText = new JsonShape.Text(1, 256);
    private readonly SchemaWriter _schemas = new();

    /// <summary>Writes it.</summary>
    public byte[] Write(IEnumerable<ApiOperation> operations, string version)
    {
        var paths = new JsonObject();
        foreach (var operation in operations.OrderBy(each => each.Path, StringComparer.Ordinal))
        {
            var path = paths[operation.Path] as JsonObject ?? [];
            path[ToLower(operation.Method)] = Describe(operation);
            paths[operation.Path] = path;
        }

        var document = new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject
            {
                ["title"] = "Edge",
                ["version"] = version,
                ["description"] =
                    "Paths that begin with /v1/apps are served under /apps as well. Members and query parameters that are not listed are ignored.",
            },
            ["servers"] = new JsonArray(new JsonObject { ["url"] = "/" }),
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["schemas"] = _schemas.Named(),
                ["securitySchemes"] = new JsonObject
                {
                    ["bearer"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer" },
                },
            },
        };
        return Encoding.UTF8.GetBytes(document.ToJsonString());
    }

    private JsonObject Describe(ApiOperation operation)
    {
        var all = new JsonObject
        {
            ["operationId"] = operation.Id,
            ["summary"] = operation.Summary,
            ["tags"] = new JsonArray((JsonNode)operation.Tag),
        };
        var parameters = DescribeParameters(operation);
        if (parameters.Count > 0)
        {
            all["parameters"] = parameters;
        }

        if (operation.Request is not null || operation.RequestType is not null)
        {
            all["requestBody"] = DescribeRequest(operation);
        }

        all["responses"] = DescribeResponses(operation);
        if (operation.IsProtected)
        {
            all["security"] = new JsonArray(new JsonObject { ["bearer"] = new JsonArray() });
        }

        return all;
    }

    private JsonArray DescribeParameters(ApiOperation operation)
    {
        var all = new JsonArray();
        foreach (var part in operation.Path.Split('/'))
        {
            if (part.StartsWith('{'))
            {
                all.Add(
                    (JsonNode)
                        new JsonObject
                        {
                            ["name"] = part.Trim('{', '}'),
                            ["in"] = "path",
                            ["required"] = true,
                            ["schema"] = _schemas.Write(PathText),
                        }
                );
            }
        }

        foreach (var parameter in operation.Query)
        {
            all.Add(
                (JsonNode)
                    new JsonObject
                    {
                        ["name"] = parameter.Name,
                        ["in"] = "query",
                        ["description"] = parameter.Meaning,
                        ["schema"] = _schemas.Write(parameter.Shape),
                    }
            );
        }

        return all;
    }

    private JsonObject DescribeRequest(ApiOperation operation)
    {
        var schema = operation.Request is { } shape
            ? _schemas.Write(shape)
            : new JsonObject { ["type"] = "string" };
        return new JsonObject
        {
            ["required"] = !operation.IsRequestOptional,
            ["content"] = new JsonObject
            {
                [operation.RequestType ?? "application/json"] = new JsonObject
                {
                    ["schema"] = schema,
                },
            },
        };
    }

    private JsonObject DescribeResponses(ApiOperation operation)
    {
        var result = operation.Result;
        var success = new JsonObject { ["description"] = "Done." };
        if (result.ContentType is { } type)
        {
            success["content"] = new JsonObject
            {
                [type] = new JsonObject
                {
                    ["schema"] = result.Json is { } json
                        ? _schemas.Write(json())
                        : new JsonObject { ["type"] = IsJson(type) ? "object" : "string" },
                },
            };
        }

        var failure = new JsonObject
        {
            ["description"] = "Refused.",
            ["content"] = new JsonObject
            {
                [operation.HasProblems ? "application/problem+json" : "application/json"] =
                    new JsonObject
                    {
                        ["schema"] = _schemas.Write(
                            operation.Error?.Invoke() ?? (operation.HasProblems ? problem : error)
                        ),
                    },
            },
        };
        return new JsonObject
        {
            [result.Status.ToString(CultureInfo.InvariantCulture)] = success,
            ["default"] = failure,
        };
    }

    private static bool IsJson(string type) =>
        string.Equals(type, "application/json", StringComparison.Ordinal);

    private static string ToLower(string method) =>
        method switch
        {
            "GET" => "get",
            "PUT" => "put",
            "POST" => "post",
            "PATCH" => "patch",
            "DELETE" => "delete",
            "HEAD" => "head",
            _ => "options",
        };
}
