using System.Collections.Immutable;
using Microsoft.Extensions.Primitives;

namespace Control.Server.Sessions;

/// <summary>The If-Match header of a PATCH (RFC 9110 §13.1.1).</summary>
/// <param name="IsAny">`*`, or `"*"` as the examples of RFC 9725 write it.</param>
/// <param name="Tags">The strong tags, without quotes. Weak ones never match, so they are left
/// out.</param>
internal sealed record EntityTags(bool IsAny, ImmutableArray<string> Tags)
{
    // Chosen: clients send one tag; the bound keeps a long header from costing time.
    private const int TagsMax = 16;

    /// <summary>Reads the header; null when there is none or it is empty (428).</summary>
    public static EntityTags? Parse(StringValues header)
    {
        var tags = ImmutableArray.CreateBuilder<string>();
        var isAny = false;
        var isPresent = false;
        foreach (var line in header)
        {
            foreach (var part in (line ?? "").Split(',', TagsMax))
            {
                var text = part.Trim();
                isPresent |= text.Length > 0;
                isAny |= text is "*" or "\"*\"";
                if (text.Length > 0 && !text.StartsWith("W/", StringComparison.Ordinal))
                {
                    // Without quotes too: some clients store what LiveKit's servers send unquoted.
                    tags.Add(text.Trim('"'));
                }
            }
        }

        return isPresent ? new EntityTags(isAny, tags.ToImmutable()) : null;
    }

    /// <summary>The tag to ask the node with: the current one if it is listed, else the first; null
    /// for any. Empty when only weak tags were sent, which match nothing.</summary>
    public string? Choose(string current)
    {
        if (IsAny)
        {
            return null;
        }

        return Tags.Contains(current, StringComparer.Ordinal) ? current
            : Tags.IsEmpty ? ""
            : Tags[0];
    }
}
