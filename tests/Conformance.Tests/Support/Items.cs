namespace Conformance.Tests.Support;

/// <summary>The items of requests, as Cloudflare's clients write them.</summary>
internal static class Items
{
    /// <summary>A track that is published in a section of the offer.</summary>
    public static string Local(string mid, string name) =>
        $$"""{"location":"local","mid":"{{mid}}","trackName":"{{name}}"}""";

    /// <summary>A track of another session.</summary>
    public static string Remote(string session, string name, string more = "") =>
        $$"""{"location":"remote","sessionId":"{{session}}","trackName":"{{name}}"{{more}}}""";

    /// <summary>A section.</summary>
    public static string Mid(string mid) => $$"""{"mid":"{{mid}}"}""";

    /// <summary>Several of them.</summary>
    public static string All(params IEnumerable<string> items) => string.Join(',', items);
}
