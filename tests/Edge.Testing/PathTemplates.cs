namespace Edge.Testing;

/// <summary>Paths with parameters, as an OpenAPI document has them.</summary>
public static class PathTemplates
{
    /// <summary>Whether a path is one of a template, both cut at their slashes.</summary>
    public static bool Fits(string[] template, string[] parts) =>
        template.Length == parts.Length
        && template
            .Zip(parts)
            .All(pair =>
                pair.First.StartsWith('{')
                || string.Equals(pair.First, pair.Second, StringComparison.Ordinal)
            );
}
