using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Control.Contract.Nodes;

/// <summary>What every message between control and nodes is wrapped in.</summary>
/// <remarks>
/// Shape: a JSON array of a version, a name, a body, and for requests the milliseconds that the asker will
/// wait; what follows is ignored. The name of a request is its operation's, that of an answer is one of
/// <see cref="Done"/>, <see cref="Refused"/> and <see cref="Fault"/>, which says what the body is.
/// <code>
/// [1,"describe",{"appId":"shop","sessionId":"AQ..."},5000]
/// [1,"done",{"is":"notFound"}]
/// </code>
/// </remarks>
public readonly ref struct NodeEnvelope
{
    /// <summary>The version that is written, and the newest that is read. It changes only with what an
    /// older reader would misunderstand; a new member or operation needs no new one.</summary>
    public const int Version = 1;

    /// <summary>An answer: the operation was done, and the body says what came of it.</summary>
    public const string Done = "done";

    /// <summary>An answer: the operation was refused; the body is a <see cref="Calls.CallsError"/>.</summary>
    public const string Refused = "refused";

    /// <summary>An answer: the node could not do it; the body is a <see cref="NodeFault"/>.</summary>
    public const string Fault = "fault";

    /// <summary>An event for a reader; the body is a <see cref="Calls.CallsEvent"/>.</summary>
    public const string Event = "event";

    /// <summary>To a reader of events: none follow.</summary>
    public const string End = "end";

    /// <summary>Chosen: no operation has a name of half this length.</summary>
    private const int NameLengthMax = 64;

    // Chosen: a day; who waits for longer has forgotten why.
    private const long WithinMsMax = 24 * 3600 * 1000;

    private NodeEnvelope(string name, ReadOnlySpan<byte> body, TimeSpan? within)
    {
        Name = name;
        Body = body;
        Within = within;
    }

    /// <summary>What kind of message it is.</summary>
    public string Name { get; }

    /// <summary>The body, as JSON. Part of what was read.</summary>
    public ReadOnlySpan<byte> Body { get; }

    /// <summary>How long the asker waits for the answer; null when it did not say.</summary>
    public TimeSpan? Within { get; }

    /// <summary>Reads the envelope; the body is looked at no further than that it is JSON.</summary>
    public static bool TryRead(ReadOnlySpan<byte> message, out NodeEnvelope envelope)
    {
        envelope = default;
        try
        {
            var reader = new Utf8JsonReader(message);
            return TryRead(ref reader, message, out envelope);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Writes a message.</summary>
    /// <param name="name">What kind it is.</param>
    /// <param name="body">The body.</param>
    /// <param name="type">How the body is written.</param>
    /// <param name="within">How long the answer is waited for.</param>
    public static byte[] Write<T>(
        string name,
        T body,
        JsonTypeInfo<T> type,
        TimeSpan? within = null
    )
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, NodeJson.WriterOptions))
        {
            writer.WriteStartArray();
            writer.WriteNumberValue(Version);
            writer.WriteStringValue(name);
            JsonSerializer.Serialize(writer, body, type);
            if (within is { } time)
            {
                writer.WriteNumberValue((long)time.TotalMilliseconds);
            }

            writer.WriteEndArray();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static bool TryRead(
        scoped ref Utf8JsonReader reader,
        ReadOnlySpan<byte> message,
        out NodeEnvelope envelope
    )
    {
        envelope = default;
        if (
            !reader.Read()
            || reader.TokenType != JsonTokenType.StartArray
            || !TryReadNumber(ref reader, out var version)
            || version is < 1 or > Version
            || !reader.Read()
            || reader.TokenType != JsonTokenType.String
            || !IsName(ref reader)
        )
        {
            return false;
        }

        var name = Encoding.ASCII.GetString(reader.ValueSpan);
        if (!reader.Read() || reader.TokenType == JsonTokenType.EndArray)
        {
            return false;
        }

        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        var body = message[start..(int)reader.BytesConsumed];
        if (!TryReadWithin(ref reader, out var within) || !TryEnd(ref reader))
        {
            return false;
        }

        envelope = new NodeEnvelope(name, body, within);
        return true;
    }

    /// <summary>Names are plain: no escapes, and nothing that is not ASCII.</summary>
    private static bool IsName(scoped ref Utf8JsonReader reader) =>
        reader.ValueSpan.Length <= NameLengthMax
        && !reader.ValueIsEscaped
        && Ascii.IsValid(reader.ValueSpan);

    private static bool TryReadNumber(ref Utf8JsonReader reader, out long number)
    {
        number = 0;
        return reader.Read()
            && reader.TokenType == JsonTokenType.Number
            && reader.TryGetInt64(out number);
    }

    private static bool TryReadWithin(ref Utf8JsonReader reader, out TimeSpan? within)
    {
        within = null;
        if (!reader.Read())
        {
            return false;
        }

        if (reader.TokenType is JsonTokenType.EndArray or JsonTokenType.Null)
        {
            return true;
        }

        if (
            reader.TokenType != JsonTokenType.Number
            || !reader.TryGetInt64(out var milliseconds)
            || milliseconds is < 0 or > WithinMsMax
        )
        {
            return false;
        }

        within = TimeSpan.FromMilliseconds(milliseconds);
        return true;
    }

    /// <summary>Passes over what a newer version has added, up to the end of the message.</summary>
    private static bool TryEnd(ref Utf8JsonReader reader)
    {
        while (reader.TokenType != JsonTokenType.EndArray || reader.CurrentDepth > 0)
        {
            if (!reader.Read())
            {
                return false;
            }

            reader.Skip();
        }

        return !reader.Read();
    }
}
