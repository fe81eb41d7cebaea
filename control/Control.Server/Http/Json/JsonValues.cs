using System.Text.Json;

namespace Control.Server.Http.Json;

/// <summary>Reads members of an object that was checked; `null` counts as absent.</summary>
internal static class JsonValues
{
    /// <summary>The member; null when it is absent.</summary>
    public static JsonElement? Find(this JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object
        && value.TryGetProperty(name, out var member)
        && member.ValueKind != JsonValueKind.Null
            ? member
            : null;

    /// <summary>A text; null when it is absent.</summary>
    public static string? FindText(this JsonElement value, string name) =>
        value.Find(name)?.GetString();

    /// <summary>true or false; null when it is absent.</summary>
    public static bool? FindFlag(this JsonElement value, string name) =>
        value.Find(name)?.GetBoolean();

    /// <summary>A whole number; null when it is absent.</summary>
    public static long? FindNumber(this JsonElement value, string name) =>
        value.Find(name)?.GetInt64();

    /// <summary>The items of a list; none when it is absent.</summary>
    public static IEnumerable<JsonElement> FindItems(this JsonElement value, string name) =>
        value.Find(name) is { } list ? list.EnumerateArray() : [];
}
