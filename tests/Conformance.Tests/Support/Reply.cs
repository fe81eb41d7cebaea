using System.Text.Json;

namespace Conformance.Tests.Support;

/// <summary>An answer of the session API that keeps the rules that every answer keeps.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Text">The body as it came.</param>
/// <param name="Body">The body; an empty object with a status that has none.</param>
/// <param name="RetryAfter">The seconds to wait, when the answer says so.</param>
/// <param name="IsReplay">Whether the answer was given before.</param>
internal sealed record Reply(
    int Status,
    string Text,
    JsonElement Body,
    TimeSpan? RetryAfter,
    bool IsReplay
)
{
    /// <summary>The error's code, of the request.</summary>
    public string? ErrorCode => Find("errorCode");

    /// <summary>The description that came with it.</summary>
    public string Sdp => Body.GetProperty("sessionDescription").GetProperty("sdp").GetString()!;

    /// <summary>Whether a description came with it, and of which type.</summary>
    public string? SdpType =>
        Body.TryGetProperty("sessionDescription", out var description)
            ? description.GetProperty("type").GetString()
            : null;

    /// <summary>What a tracks request says of renegotiation.</summary>
    public bool RequiresRenegotiation =>
        Body.GetProperty("requiresImmediateRenegotiation").GetBoolean();

    /// <summary>The items of a batch of tracks.</summary>
    public IReadOnlyList<JsonElement> Tracks => [.. Body.GetProperty("tracks").EnumerateArray()];

    /// <summary>The items of a batch of data channels.</summary>
    public IReadOnlyList<JsonElement> DataChannels =>
        [.. Body.GetProperty("dataChannels").EnumerateArray()];

    /// <summary>One member of each track; null where it has none.</summary>
    public IReadOnlyList<string?> Each(string member) =>
        [.. Tracks.Select(track => Find(track, member))];

    /// <summary>A text member; null where there is none.</summary>
    public string? Find(string member) => Find(Body, member);

    /// <summary>The answer, when it has this status.</summary>
    public Reply Expect(int status)
    {
        Assert.True(Status == status, $"{status} was expected: {Status} {Text}");
        return this;
    }

    /// <summary>The answer, when it is this error.</summary>
    public Reply Expect(int status, string errorCode)
    {
        Assert.True(
            Status == status && string.Equals(ErrorCode, errorCode, StringComparison.Ordinal),
            $"{status} {errorCode} was expected: {Status} {Text}"
        );
        return this;
    }

    private static string? Find(JsonElement value, string member) =>
        value.TryGetProperty(member, out var found) ? found.GetString() : null;
}
