using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Control.Server.Tests.Support;

/// <summary>A place in a JSON text, to put something else there.</summary>
internal sealed class JsonPlace
{
    private readonly JsonNode _node;

    private JsonPlace(JsonNode node) => _node = node;

    public JsonNode Value => _node;

    public bool IsMember => _node.Parent is JsonObject;

    public string Key => _node.GetPropertyName();

    /// <summary>Its name as errors say it: tracks[0].trackName.</summary>
    public string Name
    {
        get
        {
            var path = _node.GetPath();
            return path.Length > 2 ? path[2..] : "the body";
        }
    }

    /// <summary>Every place of a tree, the root left out.</summary>
    public static IEnumerable<JsonPlace> All(JsonNode root)
    {
        IEnumerable<JsonNode> children = root switch
        {
            JsonObject form => form.Select(member => member.Value!),
            JsonArray list => list.Select(item => item!),
            _ => [],
        };
        foreach (var child in children)
        {
            yield return new JsonPlace(child);
            foreach (var deeper in All(child))
            {
                yield return deeper;
            }
        }
    }

    /// <summary>The text with another value here.</summary>
    public string Replace(string json, string value) => Write(json, (key, _) => [(key, value)]);

    /// <summary>The text with another name here, or without the member.</summary>
    public string Rename(string json, string? name) =>
        Write(json, (_, value) => name is null ? [] : [(name, value)]);

    /// <summary>The text with the member twice.</summary>
    public string Double(string json) => Write(json, (key, value) => [(key, value), (key, value)]);

    private string Write(
        string json,
        Func<string, string, IEnumerable<(string Key, string Value)>> change
    )
    {
        using var document = JsonDocument.Parse(json);
        var text = new StringBuilder();
        Write(text, document.RootElement, "$", change);
        return text.ToString();
    }

    private void Write(
        StringBuilder text,
        JsonElement value,
        string path,
        Func<string, string, IEnumerable<(string Key, string Value)>> change
    )
    {
        var parts = new List<string>();
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject())
                {
                    var inner = Inner(member.Value, $"{path}.{member.Name}", change);
                    IEnumerable<(string Key, string Value)> pairs = IsHere($"{path}.{member.Name}")
                        ? change(member.Name, inner)
                        : [(member.Name, inner)];
                    parts.AddRange(pairs.Select(pair => $"\"{pair.Key}\":{pair.Value}"));
                }

                text.Append('{').AppendJoin(',', parts).Append('}');
                break;
            case JsonValueKind.Array:
                var index = 0;
                foreach (var item in value.EnumerateArray())
                {
                    var at = string.Create(CultureInfo.InvariantCulture, $"{path}[{index++}]");
                    var inner = Inner(item, at, change);
                    parts.AddRange(
                        IsHere(at) ? change("", inner).Select(pair => pair.Value) : [inner]
                    );
                }

                text.Append('[').AppendJoin(',', parts).Append(']');
                break;
            case JsonValueKind.String:
            case JsonValueKind.Number:
            case JsonValueKind.True:
            case JsonValueKind.False:
            case JsonValueKind.Null:
            case JsonValueKind.Undefined:
            default:
                text.Append(value.GetRawText());
                break;
        }
    }

    private bool IsHere(string path) =>
        string.Equals(path, _node.GetPath(), StringComparison.Ordinal);

    private string Inner(
        JsonElement value,
        string path,
        Func<string, string, IEnumerable<(string Key, string Value)>> change
    )
    {
        var text = new StringBuilder();
        Write(text, value, path, change);
        return text.ToString();
    }
}
