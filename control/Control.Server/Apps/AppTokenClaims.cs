using System.Buffers;
using System.Text.Json;

namespace Control.Server.Apps;

/// <summary>The claims of a token: who signed it, until when, and what it grants.</summary>
/// <param name="App">The app whose secret signed it.</param>
/// <param name="ExpiresAt">Seconds since 1970 from which on it is not valid.</param>
internal sealed record AppTokenClaims(string App, double ExpiresAt)
{
    /// <summary>Longest name of a group. Chosen: that of a stream.</summary>
    public const int GroupLengthMax = 128;

    /// <summary>Seconds since 1970 before which it is not valid.</summary>
    public double NotBefore { get; init; }

    /// <summary>"jti": the name by which it can be revoked.</summary>
    public string? Id { get; init; }

    /// <summary>"sub": whose it is. What one token of a subject made, its next one may go on with.</summary>
    public string? Subject { get; init; }

    /// <summary>"parent": the name of the invitation it was made with; taken back with it.</summary>
    public string? Parent { get; init; }

    /// <summary>The one session it is limited to; null for those its owner makes with it.</summary>
    public string? Session { get; init; }

    /// <summary>The one group it is limited to: its sessions are in it, pull from it, and it may list and
    /// follow it. Null for one that is limited to none.</summary>
    public string? Group { get; init; }

    /// <summary>Whether it is for many people: all it does is to make a token for each of them.</summary>
    public bool IsInvitation { get; init; }

    /// <summary>Names it may publish: of tracks and data channels, and of streams by WHIP.</summary>
    public TokenNames Publish { get; init; } = TokenNames.None;

    /// <summary>Sessions it may pull from; all of them also lets it play streams by WHEP.</summary>
    public TokenNames Pull { get; init; } = TokenNames.None;

    /// <summary>With <see cref="Action"/>: the one stream it is limited to, for WHIP and WHEP only.</summary>
    public string? Stream { get; init; }

    /// <summary>"publish" or "play", with <see cref="Stream"/>.</summary>
    public string? Action { get; init; }

    /// <summary>Whether it grants anything at all.</summary>
    public bool HasGrant =>
        Stream is not null || Session is not null || !Publish.IsNone || !Pull.IsNone;

    /// <summary>Whether it may start an action on a stream by WHIP or WHEP.</summary>
    public bool Grants(string stream, StreamAction action)
    {
        // Streams are in no group, and who came by an invitation is one of many.
        if (Session is not null || Group is not null || IsInvitation)
        {
            return false;
        }

        var isPublish = action == StreamAction.Publish;
        var isNamed =
            string.Equals(Stream, stream, StringComparison.Ordinal)
            && string.Equals(Action, isPublish ? "publish" : "play", StringComparison.Ordinal);
        return isNamed || (isPublish ? Publish.Contains(stream) : Pull.IsAny);
    }

    /// <summary>Writes the payload of a token.</summary>
    public byte[] ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("app", App);
        json.WriteNumber("exp", (long)ExpiresAt);
        WriteText(json, "jti", Id);
        WriteText(json, "sub", Subject);
        WriteText(json, "parent", Parent);
        WriteText(json, "session", Session);
        WriteText(json, "group", Group);
        if (IsInvitation)
        {
            json.WriteBoolean("invite", true);
        }

        WriteNames(json, "publish", Publish);
        WriteNames(json, "pull", Pull);
        WriteText(json, "stream", Stream);
        WriteText(json, "action", Action);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteText(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    private static void WriteNames(Utf8JsonWriter json, string name, TokenNames names)
    {
        if (names.IsNone)
        {
            return;
        }

        json.WriteStartArray(name);
        foreach (var each in names.IsAny ? [TokenNames.Any] : names.Names)
        {
            json.WriteStringValue(each);
        }

        json.WriteEndArray();
    }
}
