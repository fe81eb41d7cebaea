using System.Collections.Immutable;
using Control.Server.Http.Json;

namespace Control.Server.Whep;

/// <summary>The events of a player that are raised here, and which of them a client asks for.</summary>
/// <remarks>Source: WHEP's core extensions (webrtc-http-egress-events), server-sent events.</remarks>
internal static class EventKinds
{
    /// <summary>The stream has a publisher again.</summary>
    public const string Active = "active";

    /// <summary>It has none now.</summary>
    public const string Inactive = "inactive";

    /// <summary>Which layers there are, of simulcast and within each stream.</summary>
    public const string Layers = "layers";

    /// <summary>How many viewers the stream has.</summary>
    public const string ViewerCount = "viewercount";

    /// <summary>The player should make another session, because its node goes away.</summary>
    public const string Reconnect = "reconnect";

    // Chosen: more than there are kinds, so that one named twice is no error.
    private const int NamesMax = 16;
    private const int DepthMax = 2;

    /// <summary>All of them.</summary>
    public static ImmutableArray<string> All { get; } =
    [Active, Inactive, Layers, ViewerCount, Reconnect];

    private static JsonShape Shape { get; } =
        new JsonShape.List(new JsonShape.Choice(All), CountMin: 1, CountMax: NamesMax);

    /// <summary>Reads a list of them, all when there is none; null with a sentence on why not.</summary>
    public static ImmutableArray<string>? Read(string text, out string? problem)
    {
        problem = null;
        if (string.IsNullOrWhiteSpace(text))
        {
            return All;
        }

        using var document = JsonText.Parse(text, Shape, DepthMax, out var wrong);
        problem = wrong?.Sentence;
        return document
            ?.RootElement.EnumerateArray()
            .Select(item => item.GetString()!)
            .Distinct(StringComparer.Ordinal)
            .ToImmutableArray();
    }
}
