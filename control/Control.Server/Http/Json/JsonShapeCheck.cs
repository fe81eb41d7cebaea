using System.Text.Json;

namespace Control.Server.Http.Json;

/// <summary>Compares a JSON value with its shape; the first difference in the order of the shape's
/// members.</summary>
/// <remarks>A member that is there twice is refused: two readers could disagree on which one counts.</remarks>
internal static class JsonShapeCheck
{
    // Chosen: names that a client may find in an error are those of the API, give or take case.
    private const int NearNameLengthMax = 64;

    /// <summary>What is wrong; null when nothing is.</summary>
    /// <param name="value">The value.</param>
    /// <param name="shape">What it has to be.</param>
    /// <param name="path">Its name in a sentence.</param>
    /// <exception cref="InvalidOperationException">A text or a name holds half of a surrogate pair,
    /// escaped.</exception>
    public static JsonProblem? Find(JsonElement value, JsonShape shape, string path = "the body") =>
        shape switch
        {
            JsonShape.Text text => CheckText(value, text, path),
            JsonShape.Choice choice => CheckChoice(value, choice, path),
            JsonShape.Flag => IsFlag(value) ? null : Wrong(value, shape, path),
            JsonShape.Number number => CheckNumber(value, number, path),
            JsonShape.List list => CheckList(value, list, path),
            JsonShape.Object form => CheckObject(value, form, path),
            JsonShape.FlagOr either => CheckFlagOr(value, either, path),
            _ => throw new InvalidOperationException($"There is no check of {shape}."),
        };

    private static JsonProblem? CheckText(JsonElement value, JsonShape.Text shape, string path)
    {
        if (value.ValueKind != JsonValueKind.String || value.GetString() is not { } text)
        {
            return Wrong(value, shape, path);
        }

        var isRight =
            text.Length >= shape.LengthMin
            && text.Length <= shape.LengthMax
            && !(
                shape.Form == TextForm.Line
                    ? text.Any(char.IsControl)
                    : text.Contains('\0', StringComparison.Ordinal)
            );
        return isRight ? null : Expected(shape, path);
    }

    private static JsonProblem? CheckChoice(JsonElement value, JsonShape.Choice shape, string path)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            return Wrong(value, shape, path);
        }

        var text = value.GetString()!;
        return shape.Texts.Contains(text, StringComparer.Ordinal) ? null : Expected(shape, path);
    }

    private static JsonProblem? CheckNumber(JsonElement value, JsonShape.Number shape, string path)
    {
        if (value.ValueKind != JsonValueKind.Number)
        {
            return Wrong(value, shape, path);
        }

        var isRight =
            value.TryGetInt64(out var number) && number >= shape.Min && number <= shape.Max;
        return isRight ? null : Expected(shape, path);
    }

    private static JsonProblem? CheckFlagOr(JsonElement value, JsonShape.FlagOr shape, string path)
    {
        if (IsFlag(value))
        {
            return null;
        }

        return
            value.ValueKind == JsonValueKind.Array && shape.Other is JsonShape.List
            || value.ValueKind == JsonValueKind.Object && shape.Other is JsonShape.Object
            ? Find(value, shape.Other, path)
            : Wrong(value, shape, path);
    }

    private static JsonProblem? CheckList(JsonElement value, JsonShape.List shape, string path)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            return Wrong(value, shape, path);
        }

        var count = value.GetArrayLength();
        if (count > shape.CountMax)
        {
            var sentence = $"{path}: at most {shape.CountMax} are taken at once, not {count}.";
            return new JsonProblem(JsonProblemKind.TooMany, sentence);
        }

        if (count < shape.CountMin)
        {
            return new JsonProblem(
                JsonProblemKind.Form,
                $"{path}: at least {shape.CountMin} is expected."
            );
        }

        var index = 0;
        foreach (var item in value.EnumerateArray())
        {
            if (Find(item, shape.Item, $"{path}[{index}]") is { } problem)
            {
                return problem;
            }

            index++;
        }

        return null;
    }

    private static JsonProblem? CheckObject(JsonElement value, JsonShape.Object shape, string path)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            return Wrong(value, shape, path);
        }

        var given = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var member in value.EnumerateObject())
        {
            if (!given.TryAdd(member.Name, member.Value))
            {
                var name = IsKnown(shape, member.Name) ? $"'{member.Name}'" : "a member";
                return new JsonProblem(JsonProblemKind.Form, $"{path}: {name} is there twice.");
            }
        }

        foreach (var member in shape.Members)
        {
            if (CheckMember(given, member, path) is { } problem)
            {
                return problem;
            }
        }

        return shape.IsClosed ? FindUnknown(given, shape, path) : null;
    }

    private static JsonProblem? FindUnknown(
        Dictionary<string, JsonElement> given,
        JsonShape.Object shape,
        string path
    )
    {
        foreach (var (name, value) in given)
        {
            if (value.ValueKind != JsonValueKind.Null && !IsKnown(shape, name))
            {
                var shown = name.Length <= NearNameLengthMax ? name : name[..NearNameLengthMax];
                var known = string.Join(", ", shape.Members.Select(member => member.Name));
                return new JsonProblem(
                    JsonProblemKind.Unknown,
                    $"{path}: '{shown}' is none of its members: {known}."
                );
            }
        }

        return null;
    }

    private static JsonProblem? CheckMember(
        Dictionary<string, JsonElement> given,
        JsonMember member,
        string path
    )
    {
        var full = path.StartsWith("the ", StringComparison.Ordinal)
            ? member.Name
            : $"{path}.{member.Name}";
        var isThere =
            given.TryGetValue(member.Name, out var value) && value.ValueKind != JsonValueKind.Null;
        if (isThere)
        {
            return Find(value, member.Shape, full);
        }

        return member.IsRequired
            ? new JsonProblem(
                JsonProblemKind.Form,
                $"{full} is missing: {member.Shape.Expectation} is expected.{Hint(given.Keys, member.Name)}"
            )
            : null;
    }

    /// <summary>A sentence about a misspelt name: one that differs in case, '-' or '_' only.</summary>
    public static string Hint(IEnumerable<string> given, string wanted)
    {
        foreach (var name in given)
        {
            if (name.Length <= NearNameLengthMax && IsNear(name, wanted))
            {
                return $" There is '{name}': names are case-sensitive.";
            }
        }

        return "";
    }

    private static bool IsNear(string name, string wanted) =>
        !string.Equals(name, wanted, StringComparison.Ordinal)
        && string.Equals(Plain(name), wanted, StringComparison.OrdinalIgnoreCase);

    private static string Plain(string name) =>
        string.Concat(name.Where(character => character is not ('_' or '-')));

    private static bool IsKnown(JsonShape.Object shape, string name) =>
        shape.Members.Any(member => string.Equals(member.Name, name, StringComparison.Ordinal));

    private static bool IsFlag(JsonElement value) =>
        value.ValueKind is JsonValueKind.True or JsonValueKind.False;

    private static JsonProblem Expected(JsonShape shape, string path) =>
        new(JsonProblemKind.Form, $"{path}: {shape.Expectation} is expected.");

    private static JsonProblem Wrong(JsonElement value, JsonShape shape, string path) =>
        new(
            JsonProblemKind.Form,
            $"{path}: {shape.Expectation} is expected, not {KindOf(value.ValueKind)}."
        );

    private static string KindOf(JsonValueKind kind) =>
        kind switch
        {
            JsonValueKind.String => "a text",
            JsonValueKind.Number => "a number",
            JsonValueKind.True or JsonValueKind.False => "true or false",
            JsonValueKind.Array => "a list",
            JsonValueKind.Object => "an object",
            JsonValueKind.Null => "null",
            JsonValueKind.Undefined => "nothing",
            _ => "that",
        };
}
