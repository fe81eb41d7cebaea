using System.Collections.Immutable;
using Control.Server.Turn;
using Edge.Hosting.Settings;

namespace Control.Server.Settings;

/// <summary>Reads EDGE_TURN_URLS and EDGE_TURN_SECRET_FILE.</summary>
internal static class TurnText
{
    // Chosen: browsers slow down with more than a handful of servers.
    private const int UrlsMax = 16;
    private const int UrlLengthMax = 256;

    /// <summary>Reads the two; what is wrong is added to <paramref name="problems"/>.</summary>
    public static TurnSettings? Read(string? urls, string? secretPath, List<string> problems)
    {
        if (urls is null && secretPath is null)
        {
            return null;
        }

        if (urls is null || secretPath is null)
        {
            var missing = urls is null ? SettingName.TurnUrls : SettingName.TurnSecretFile;
            problems.Add($"{missing}: the TURN servers and their secret must be set together.");
            return null;
        }

        var all = urls.Split(',').Select(url => url.Trim()).ToArray();
        foreach (var url in all.Where(url => !IsUrl(url)))
        {
            problems.Add(
                $"{SettingName.TurnUrls}: '{url}' is not a STUN or TURN URL, as in turn:turn.example:3478?transport=udp."
            );
        }

        var turn = all.Where(url => !IsOf(url, "stun:", "stuns:")).ToImmutableArray();
        if (turn.IsEmpty || all.Length > UrlsMax)
        {
            problems.Add(
                $"{SettingName.TurnUrls}: at least one TURN server is expected, and at most {UrlsMax} URLs."
            );
        }

        var secret = SecretFile.Read(SettingName.TurnSecretFile, secretPath, problems);
        var stun = all.Where(url => IsOf(url, "stun:", "stuns:")).ToImmutableArray();
        return secret is null ? null : new TurnSettings(stun, turn, secret);
    }

    // RFC 7064 §3.1, RFC 7065 §3.1: scheme, host, optional port; a transport for TURN only.
    private static bool IsUrl(string url)
    {
        if (url.Length > UrlLengthMax)
        {
            return false;
        }

        var query = url.IndexOf('?', StringComparison.Ordinal);
        var rest = query < 0 ? url : url[..query];
        var isTurn = IsOf(url, "turn:", "turns:");
        if (!isTurn && !IsOf(url, "stun:", "stuns:"))
        {
            return false;
        }

        var isQueryRight =
            query < 0 || isTurn && url[query..] is "?transport=udp" or "?transport=tcp";
        var host = rest[(rest.IndexOf(':', StringComparison.Ordinal) + 1)..];
        return isQueryRight
            && host.Length > 0
            && Uri.TryCreate($"tcp://{host}", UriKind.Absolute, out var uri)
            && string.Equals(uri.Authority, host, StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsOf(string url, string scheme, string secureScheme) =>
        url.StartsWith(scheme, StringComparison.Ordinal)
        || url.StartsWith(secureScheme, StringComparison.Ordinal);
}
