using System.Text.Json;

namespace Edge.Testing;

/// <summary>Checks a value against the JSON Schema of an OpenAPI document, as far as ours goes: what it
/// does not know, it refuses.</summary>
public sealed class JsonSchemaCheck(JsonElement document)
{
    /// <summary>What is wrong; null when nothing is.</summary>
    public string? Find(JsonElement schema, JsonElement value, string path = "$")
    {
        if (schema.TryGetProperty("$ref", out var reference))
        {
            return Find(Resolve(reference.GetString()!), value, path);
        }

        foreach (var word in schema.EnumerateObject())
        {
            if (Check(word, schema, value, path) is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    private string? Check(JsonProperty word, JsonElement schema, JsonElement value, string path) =>
        word.Name switch
        {
            "type" => IsOf(word.Value.GetString()!, value) ? null : $"{path} is no {word.Value}",
            "properties" => FindInMembers(schema, value, path),
            "additionalProperties" => FindInOthers(schema, word.Value, value, path),
            "required" => word
                .Value.EnumerateArray()
                .Select(name => name.GetString()!)
                .Where(name => !value.TryGetProperty(name, out _))
                .Select(name => $"{path}.{name} is missing")
                .FirstOrDefault(),
            "items" => value
                .EnumerateArray()
                .Select((item, index) => Find(word.Value, item, $"{path}[{index}]"))
                .FirstOrDefault(problem => problem is not null),
            "enum" => word.Value.EnumerateArray().Any(one => one.ValueEquals(value.GetString()))
                ? null
                : $"{path} is none of {word.Value}",
            "anyOf" => word.Value.EnumerateArray().Any(one => Find(one, value, path) is null)
                ? null
                : $"{path} is none of several",
            "minLength" => Holds(value.GetString()!.Length >= word.Value.GetInt32(), word, path),
            "maxLength" => Holds(value.GetString()!.Length <= word.Value.GetInt32(), word, path),
            "minimum" => Holds(value.GetInt64() >= word.Value.GetInt64(), word, path),
            "maximum" => Holds(value.GetInt64() <= word.Value.GetInt64(), word, path),
            "minItems" => Holds(value.GetArrayLength() >= word.Value.GetInt32(), word, path),
            "maxItems" => Holds(value.GetArrayLength() <= word.Value.GetInt32(), word, path),
            "format" => Holds(value.TryGetDateTimeOffset(out _), word, path),
            "description" => null,
            _ => $"{path}: the schema says '{word.Name}', which this check does not know",
        };

    private string? FindInMembers(JsonElement schema, JsonElement value, string path)
    {
        var members = schema.GetProperty("properties");
        foreach (var member in value.EnumerateObject())
        {
            if (
                members.TryGetProperty(member.Name, out var inner)
                && Find(inner, member.Value, $"{path}.{member.Name}") is { } problem
            )
            {
                return problem;
            }
        }

        return null;
    }

    /// <summary>Members that the schema does not list by name.</summary>
    private string? FindInOthers(
        JsonElement schema,
        JsonElement others,
        JsonElement value,
        string path
    )
    {
        var isListing = schema.TryGetProperty("properties", out var listed);
        foreach (var member in value.EnumerateObject())
        {
            if (isListing && listed.TryGetProperty(member.Name, out _))
            {
                continue;
            }

            var problem =
                others.ValueKind == JsonValueKind.False
                    ? $"{path}.{member.Name} is not listed"
                    : Find(others, member.Value, $"{path}.{member.Name}");
            if (problem is not null)
            {
                return problem;
            }
        }

        return null;
    }

    private static string? Holds(bool holds, JsonProperty word, string path) =>
        holds ? null : $"{path}: not within {word.Name} {word.Value}";

    private static bool IsOf(string type, JsonElement value) =>
        type switch
        {
            "object" => value.ValueKind == JsonValueKind.Object,
            "array" => value.ValueKind == JsonValueKind.Array,
            "string" => value.ValueKind == JsonValueKind.String,
            "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
            "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
            "number" => value.ValueKind == JsonValueKind.Number,
            _ => false,
        };

    private JsonElement Resolve(string reference)
    {
        var found = document;
        foreach (var part in reference.Split('/').Skip(1))
        {
            found = found.GetProperty(part);
        }

        return found;
    }
}
