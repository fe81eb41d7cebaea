using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Conformance.Tests.Support;

/// <summary>What every answer of the API is held to (§1.1, §1.12), whatever the test is about.</summary>
internal static partial class ReplyRules
{
    private static readonly HttpStatusCode[] WithWait =
    [
        (HttpStatusCode)425,
        HttpStatusCode.TooManyRequests,
        HttpStatusCode.ServiceUnavailable,
    ];

    /// <summary>Reads an answer; fails where it breaks a rule.</summary>
    public static async Task<Reply> ReadAsync(HttpResponseMessage response, string request)
    {
        var text = await response.Content.ReadAsStringAsync();
        var status = (int)response.StatusCode;
        Assert.False(status is >= 300 and < 400, $"{request} is redirected: {status}");
        Assert.Equal("*", response.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.False(response.Headers.Contains("Set-Cookie"), request);
        var replays = response.Headers.Contains("Idempotency-Replayed");
        if (response.StatusCode == HttpStatusCode.NoContent)
        {
            Assert.Empty(text);
            return new Reply(status, text, Parse("{}"), null, replays);
        }

        Assert.Equal("application/json", response.Content.Headers.ContentType?.ToString());
        var body = Parse(text);
        Assert.True(body.ValueKind == JsonValueKind.Object, $"{request}: {text}");
        ExpectNoNull(body, text);
        ExpectErrors(body, text);
        if (body.TryGetProperty("success", out var success))
        {
            // The envelope of the account API (§1.15).
            Assert.Equal(status < 400, success.GetBoolean());
            Assert.Equal(status >= 400, body.GetProperty("errors").GetArrayLength() > 0);
        }
        else if (status >= 400)
        {
            Assert.True(body.TryGetProperty("errorCode", out _), $"{request}: {status} {text}");
        }

        var wait = response.Headers.RetryAfter?.Delta;
        Assert.Equal(WithWait.Contains(response.StatusCode), wait is not null);
        return new Reply(status, text, body, wait, replays);
    }

    private static JsonElement Parse(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }

    /// <summary>Absent members are left out: first-party validators know no null.</summary>
    private static void ExpectNoNull(JsonElement value, string text)
    {
        Assert.True(value.ValueKind != JsonValueKind.Null, text);
        foreach (var inner in Inner(value))
        {
            ExpectNoNull(inner, text);
        }
    }

    /// <summary>A code of the shape that clients accept always comes with a sentence, and never with a
    /// <c>mid</c>.</summary>
    private static void ExpectErrors(JsonElement value, string text)
    {
        if (
            value.ValueKind == JsonValueKind.Object
            && value.TryGetProperty("errorCode", out var code)
        )
        {
            Assert.Matches(ErrorCode(), code.GetString()!);
            Assert.True(value.GetProperty("errorDescription").GetString()!.Length > 10, text);
            Assert.True(value.TryGetProperty("retryable", out _), text);
            Assert.False(value.TryGetProperty("mid", out var mid) && mid.GetString() is "", text);
        }

        foreach (var inner in Inner(value))
        {
            ExpectErrors(inner, text);
        }
    }

    private static IEnumerable<JsonElement> Inner(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Object)
        {
            return value.EnumerateObject().Select(member => member.Value);
        }

        return value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : [];
    }

    [GeneratedRegex("^[a-z][a-z0-9_]{0,63}$", RegexOptions.NonBacktracking)]
    private static partial Regex ErrorCode();
}
