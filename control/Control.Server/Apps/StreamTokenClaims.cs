using System.Text.Json;

namespace Control.Server.Apps;

/// <summary>The claims of a stream token.</summary>
/// <param name="App">The app whose secret signed it.</param>
/// <param name="Stream">The one stream it is limited to.</param>
/// <param name="Action">"publish" or "play".</param>
/// <param name="ExpiresAt">Seconds since 1970 from which on it is not valid.</param>
/// <param name="NotBefore">Seconds since 1970 before which it is not valid.</param>
internal sealed record StreamTokenClaims(
    string App,
    string Stream,
    string Action,
    double ExpiresAt,
    double NotBefore
)
{
    // Chosen: claims are flat; a little room for claims of others, which are skipped.
    private const int DepthMax = 4;

    /// <summary>Reads the payload of a token; null when a claim is missing, twice or of a wrong
    /// type.</summary>
    public static StreamTokenClaims? TryParse(ReadOnlySpan<byte> json)
    {
        string? app = null;
        string? stream = null;
        string? action = null;
        double? expiresAt = null;
        double? notBefore = null;
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = DepthMax });
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return null;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.GetString();
                reader.Read();
                var isGood = name switch
                {
                    "app" => TryText(ref reader, ref app),
                    "stream" => TryText(ref reader, ref stream),
                    "action" => TryText(ref reader, ref action),
                    "exp" => TryNumber(ref reader, ref expiresAt),
                    "nbf" => TryNumber(ref reader, ref notBefore),
                    _ => reader.TrySkip(),
                };
                if (!isGood)
                {
                    return null;
                }
            }

            // Read to the end: text after the object is an error of the reader.
            reader.Read();
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }

        return app is null || stream is null || action is null || expiresAt is null
            ? null
            : new StreamTokenClaims(app, stream, action, expiresAt.Value, notBefore ?? 0);
    }

    private static bool TryText(ref Utf8JsonReader reader, ref string? value)
    {
        // A claim twice is refused: two readers could disagree on which one counts.
        if (value is not null || reader.TokenType != JsonTokenType.String)
        {
            return false;
        }

        value = reader.GetString();
        return true;
    }

    private static bool TryNumber(ref Utf8JsonReader reader, ref double? value)
    {
        if (
            value is not null
            || reader.TokenType != JsonTokenType.Number
            || !reader.TryGetDouble(out var number)
        )
        {
            return false;
        }

        value = number;
        return double.IsFinite(number);
    }
}
