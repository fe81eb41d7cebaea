using Microsoft.Extensions.Primitives;

namespace Control.Server.Apps;

/// <summary>Reads the Authorization header.</summary>
internal static class BearerHeader
{
    private const string Scheme = "Bearer";

    /// <summary>The bearer of a request: null when there is no header, empty when there is one that
    /// holds no bearer.</summary>
    /// <remarks>RFC 6750 §2.1, scheme in any case. A value without a scheme is taken as the bearer
    /// itself: Eyevinn's WHEP player (webrtc-player 0.13) sends it so.</remarks>
    public static string? Read(StringValues header)
    {
        if (header.Count == 0)
        {
            return null;
        }

        if (header.Count > 1 || header[0] is not { } value)
        {
            return "";
        }

        var text = value.Trim();
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        if (space < 0)
        {
            return string.Equals(text, Scheme, StringComparison.OrdinalIgnoreCase) ? "" : text;
        }

        return text.AsSpan(0, space).Equals(Scheme, StringComparison.OrdinalIgnoreCase)
            ? text[(space + 1)..].Trim()
            : "";
    }
}
