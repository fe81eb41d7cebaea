using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Control.Contract.Nodes;

/// <summary>Reads and writes the JSON of messages between processes.</summary>
public static class NodeJson
{
    // The messages are read by nobody but nodes; no page embeds them.
    private static readonly JavaScriptEncoder Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    /// <summary>The form of every record: SDP and names keep their characters.</summary>
    public static NodeJsonContext Types { get; } =
        new(new JsonSerializerOptions(NodeJsonContext.Default.Options) { Encoder = Encoder });

    internal static JsonWriterOptions WriterOptions { get; } =
        new() { Encoder = Encoder, SkipValidation = true };

    /// <summary>Reads a record; false for whatever cannot be one.</summary>
    public static bool TryRead<T>(ReadOnlySpan<byte> json, JsonTypeInfo<T> type, out T? value)
    {
        try
        {
            value = JsonSerializer.Deserialize(json, type);
            return value is not null;
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException)
        {
            // The second is what an abstract result without its kind gives.
            value = default;
            return false;
        }
    }
}
