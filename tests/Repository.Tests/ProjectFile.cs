using System.Text.RegularExpressions;

namespace Repository.Tests;

/// <summary>A project file and what rules ask of it.</summary>
internal sealed partial class ProjectFile(string path, string text)
{
    public string Path { get; } = path;

    public string Text { get; } = text;

    public string Name { get; } = System.IO.Path.GetFileNameWithoutExtension(path);

    public string Folder { get; } = System.IO.Path.GetDirectoryName(path)!.Replace('\\', '/');

    public bool IsTest => Path.StartsWith("tests/", StringComparison.Ordinal);

    /// <summary>The names of the projects it refers to.</summary>
    public IEnumerable<string> References =>
        ProjectReference()
            .Matches(Text)
            .Select(match =>
                System.IO.Path.GetFileNameWithoutExtension(match.Groups[1].Value.Replace('\\', '/'))
            );

    /// <summary>The assemblies that see its internals.</summary>
    public IEnumerable<string> Friends =>
        InternalsVisibleTo().Matches(Text).Select(match => match.Groups[1].Value);

    /// <summary>Whether a property stands in it with a value.</summary>
    public bool Sets(string property, string value) =>
        Text.Contains($"<{property}>{value}</{property}>", StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex("<ProjectReference\\s+Include=\"([^\"]+)\"")]
    private static partial Regex ProjectReference();

    [GeneratedRegex("<InternalsVisibleTo\\s+Include=\"([^\"]+)\"")]
    private static partial Regex InternalsVisibleTo();
}
