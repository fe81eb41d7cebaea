using System.Collections.Immutable;
using System.Text.Json;

namespace Control.Server.Whep;

/// <summary>The events of a player that are raised here, and which of them a client asks for.</summary>
/// <remarks>Source: WHEP's core extensions (webrtc-http-egress-events), server-sent events.</remarks>
internal static class EventKinds
{
    /// <summary>The stream has a publisher again.</summary>
    public const string Active = "active";

    /// <summary>It has none now.</summary>
    public const string Inactive = "inactive";

    /// <summary>Which simulcast layers there are.</summary>
    public const string Layers = "layers";

    /// <summary>All of them.</summary>
    public static ImmutableArray<string> All { get; } = [Active, Inactive, Layers];

    /// <summary>Reads a list of them, all when there is none; null with a sentence on why not.</summary>
    public static ImmutableArray<string>? Read(string text, out string? problem)
    {
        problem = null;
        if (string.IsNullOrWhiteSpace(text))
        {
            return All;
        }

        try
        {
            using var document = JsonDocument.Parse(text);
            var kinds = ImmutableArray.CreateBuilder<string>();
            foreach (var item in document.RootElement.EnumerateArray())
            {
                if (item.GetString() is not { } kind || !All.Contains(kind, StringComparer.Ordinal))
                {
                    problem = $"There are the events {string.Join(", ", All)}, and no others.";
                    return null;
                }

                kinds.Add(kind);
            }

            return [.. kinds.Distinct(StringComparer.Ordinal)];
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            problem = "The body is no list of the names of events.";
            return null;
        }
    }
}
