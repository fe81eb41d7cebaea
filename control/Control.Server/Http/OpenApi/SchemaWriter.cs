using System.Collections.Immutable;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
using Control.Server.Http.Json;

namespace Control.Server.Http.OpenApi;

/// <summary>JSON Schema of the shapes that requests are checked with and of the types that answers are
/// written from. Collects those that have a name, to be referred to.</summary>
internal sealed class SchemaWriter
{
    private const string Root = "#/components/schemas/";

    private readonly SortedDictionary<string, JsonNode> _named = new(StringComparer.Ordinal);

    /// <summary>The named schemas so far.</summary>
    public JsonObject Named()
    {
        var all = new JsonObject();
        foreach (var (name, schema) in _named)
        {
            all[name] = schema.DeepClone();
        }

        return all;
    }

    /// <summary>The schema of an answer, by reference.</summary>
    public JsonObject Write(JsonTypeInfo type)
    {
        var name = type.Type.Name;
        if (!_named.ContainsKey(name))
        {
            var options = new JsonSchemaExporterOptions
            {
                TreatNullObliviousAsNonNullable = true,
                TransformSchemaNode = (_, schema) => WithoutNull(schema),
            };
            var schema = type.GetJsonSchemaAsNode(options);
            Rebase(schema, name);
            _named[name] = schema;
        }

        return Reference(name);
    }

    /// <summary>The schema of a shape; of an object by reference.</summary>
    public JsonObject Write(JsonShape shape) =>
        shape switch
        {
            JsonShape.Text text => new()
            {
                ["type"] = "string",
                ["minLength"] = text.LengthMin,
                ["maxLength"] = text.LengthMax,
            },
            JsonShape.Choice choice => new()
            {
                ["type"] = "string",
                ["enum"] = ToArray(choice.Texts),
            },
            JsonShape.Flag => new() { ["type"] = "boolean" },
            JsonShape.Number number => new()
            {
                ["type"] = "integer",
                ["minimum"] = number.Min,
                ["maximum"] = number.Max,
            },
            JsonShape.List list => new()
            {
                ["type"] = "array",
                ["items"] = Write(list.Item),
                ["minItems"] = list.CountMin,
                ["maxItems"] = list.CountMax,
            },
            JsonShape.FlagOr either => new()
            {
                ["anyOf"] = new JsonArray(
                    new JsonObject { ["type"] = "boolean" },
                    Write(either.Other)
                ),
            },
            JsonShape.Object form => WriteObject(form),
            _ => throw new InvalidOperationException($"There is no schema of {shape}."),
        };

    private JsonObject WriteObject(JsonShape.Object form)
    {
        if (_named.ContainsKey(form.Name))
        {
            return Reference(form.Name);
        }

        var members = new JsonObject();
        foreach (var member in form.Members)
        {
            var schema = Write(member.Shape);
            schema["description"] = member.Meaning;
            members[member.Name] = schema;
        }

        var all = new JsonObject { ["type"] = "object", ["properties"] = members };
        ImmutableArray<string> required =
        [
            .. form.Members.Where(member => member.IsRequired).Select(member => member.Name),
        ];
        if (!required.IsEmpty)
        {
            all["required"] = ToArray(required);
        }

        if (form.IsClosed)
        {
            all["additionalProperties"] = false;
        }

        _named[form.Name] = all;
        return Reference(form.Name);
    }

    private static JsonObject Reference(string name) => new() { ["$ref"] = Root + name };

    // The exporter refers to a form it has shown already by its place from the schema's own root.
    private static void Rebase(JsonNode? schema, string name)
    {
        if (schema is JsonArray items)
        {
            foreach (var item in items)
            {
                Rebase(item, name);
            }
        }

        if (schema is not JsonObject node)
        {
            return;
        }

        if (node["$ref"] is JsonValue reference)
        {
            node["$ref"] = Root + name + reference.GetValue<string>()[1..];
        }

        foreach (var (_, member) in node)
        {
            Rebase(member, name);
        }
    }

    private static JsonArray ToArray(ImmutableArray<string> texts)
    {
        var array = new JsonArray();
        foreach (var text in texts)
        {
            array.Add((JsonNode?)text);
        }

        return array;
    }

    // What is null is left out of answers, so a member is there with its type or not there.
    private static JsonNode WithoutNull(JsonNode schema)
    {
        if (schema is JsonObject node && node["type"] is JsonArray types)
        {
            node["type"] = types
                .Select(type => type!.GetValue<string>())
                .First(type => !string.Equals(type, "null", StringComparison.Ordinal));
        }

        return schema;
    }
}
