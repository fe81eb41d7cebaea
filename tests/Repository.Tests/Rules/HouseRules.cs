using System.Text.RegularExpressions;

namespace Repository.Tests.Rules;

/// <summary>The floors, rooms and namespaces of the house.</summary>
internal static partial class HouseRules
{
    /// <summary>References go downwards only; every project is in the table, in its place.</summary>
    public static IEnumerable<string> Floors(RepositoryTree tree)
    {
        var table = Layout.Projects.ToDictionary(entry => entry.Name, StringComparer.Ordinal);
        foreach (var project in tree.Projects().Where(project => !project.IsTest))
        {
            if (!table.TryGetValue(project.Name, out var entry))
            {
                yield return $"{project.Path} is not in the table of projects (Layout.cs).";
                continue;
            }

            if (!Same(project.Folder, $"{entry.Area}/{entry.Name}"))
            {
                yield return $"{project.Path} belongs into {entry.Area}/{entry.Name}/.";
            }

            foreach (var reference in project.References)
            {
                if (!table.TryGetValue(reference, out var target) || target.Rank >= entry.Rank)
                {
                    yield return $"{project.Name} (floor {entry.Floor}) refers to {reference}, which is not below it.";
                }
            }
        }
    }

    /// <summary>Internals are open to a project's own tests and to nobody else.</summary>
    public static IEnumerable<string> Friends(RepositoryTree tree) =>
        from project in tree.Projects()
        from friend in project.Friends
        where !Same(friend, $"{project.Name}.Tests")
        select $"{project.Name} opens its internals to {friend}; only {project.Name}.Tests may see them.";

    /// <summary>A file's namespace is its project and folder.</summary>
    public static IEnumerable<string> Namespaces(RepositoryTree tree)
    {
        foreach (var (path, text) in tree.OfKind(".cs"))
        {
            if (tree.ProjectOf(path) is not { } project)
            {
                yield return $"{path} is in no project.";
                continue;
            }

            var declared = NamespaceLine().Match(SourceText.CodeOnly(text));
            var folder = Path.GetDirectoryName(path)!.Replace('\\', '/');
            var wanted = project.Name + folder[project.Folder.Length..].Replace('/', '.');
            if (declared.Success && !Same(declared.Groups[1].Value, wanted))
            {
                yield return $"{path} is in namespace {declared.Groups[1].Value}; its folder says {wanted}.";
            }
            else if (!declared.Success && !IsWithoutNamespace(path))
            {
                yield return $"{path} has no file-scoped namespace; its folder says {wanted}.";
            }
        }
    }

    /// <summary>Every room is listed in the one table of rooms.</summary>
    public static IEnumerable<string> Rooms(RepositoryTree tree)
    {
        var rooms = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var (path, _) in tree.OfKind(".cs"))
        {
            if (tree.ProjectOf(path) is { IsTest: false } project)
            {
                var parts = path[(project.Folder.Length + 1)..].Split('/');
                if (
                    parts.Length > 1
                    && !(
                        Layout.Rooms.TryGetValue(project.Name, out var listed)
                        && listed.Contains(parts[0], StringComparer.Ordinal)
                    )
                )
                {
                    rooms.Add(
                        $"{project.Name}/{parts[0]} is not in the table of rooms (Layout.cs)."
                    );
                }
            }
        }

        return rooms;
    }

    private static bool Same(string left, string right) =>
        string.Equals(left, right, StringComparison.Ordinal);

    private static bool IsWithoutNamespace(string path) =>
        Path.GetFileName(path) is "Program.cs" or "AssemblyInfo.cs" or "GlobalUsings.cs";

    [GeneratedRegex(
        @"^\s*namespace\s+(?<name>[\w.]+)\s*;",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture
    )]
    private static partial Regex NamespaceLine();
}
