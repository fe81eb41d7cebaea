using System.Text.RegularExpressions;

namespace Repository.Tests.Rules;

/// <summary>What no tracked file may hold, and what has to be there.</summary>
internal static partial class FileRules
{
    /// <summary>A note to come back names its issue.</summary>
    public static IEnumerable<string> Notes(RepositoryTree tree) =>
        Lines(tree, NoteWithoutIssue(), "is a note without an issue number")
            // The style page states the rule by its word.
            .Where(broken => !broken.StartsWith("edge/STYLE.md:", StringComparison.Ordinal));

    /// <summary>Line ends are LF.</summary>
    public static IEnumerable<string> CarriageReturns(RepositoryTree tree) =>
        Lines(tree, CarriageReturn(), "is a carriage return");

    /// <summary>No path of the machine somebody worked on.</summary>
    public static IEnumerable<string> MachinePaths(RepositoryTree tree) =>
        Lines(tree, MachinePath(), "is a path of one machine");

    /// <summary>Every project has its lock file, and a second one when it is published for net9.0, and
    /// stands in the solution.</summary>
    public static IEnumerable<string> Projects(RepositoryTree tree)
    {
        var solution = tree.Has("Edge.sln") ? tree["Edge.sln"].Replace('\\', '/') : "";
        foreach (var project in tree.Projects())
        {
            if (!tree.Has($"{project.Folder}/packages.lock.json"))
            {
                yield return $"{project.Folder} has no packages.lock.json: run dotnet restore and commit it.";
            }

            if (!project.IsTest && !tree.Has($"{project.Folder}/packages.net9.0.lock.json"))
            {
                yield return $"{project.Folder} has no packages.net9.0.lock.json: run dotnet restore -p:EdgeTargetFramework=net9.0 of control/Control.Server and edge/Edge.Host, and commit it.";
            }

            if (!solution.Contains($"\"{project.Path}\"", StringComparison.Ordinal))
            {
                yield return $"{project.Path} is not in Edge.sln: dotnet sln Edge.sln add {project.Path}.";
            }
        }
    }

    /// <summary>The documents that say what this is are there, and links between documents lead somewhere.</summary>
    public static IEnumerable<string> Documents(RepositoryTree tree)
    {
        string[] wanted =
        [
            "README.md",
            "edge/ARCHITECTURE.md",
            "edge/STYLE.md",
            "edge/CHANGELOG.md",
        ];
        foreach (var path in wanted.Where(path => !tree.Has(path)))
        {
            yield return $"{path} is missing.";
        }

        foreach (var (path, text) in tree.OfKind(".md"))
        {
            foreach (Match match in Link().Matches(text))
            {
                var target = Path.GetRelativePath(
                        "/",
                        Path.GetFullPath(
                            match.Groups[1].Value,
                            "/" + Path.GetDirectoryName(path)!.Replace('\\', '/')
                        )
                    )
                    .Replace('\\', '/')
                    .TrimEnd('/');
                if (
                    !tree.Has(target)
                    && !tree.Paths.Any(other =>
                        other.StartsWith(target + "/", StringComparison.Ordinal)
                    )
                )
                {
                    yield return $"{path}:{SourceText.LineAt(text, match.Index)}: the link to {match.Groups[1].Value} leads nowhere.";
                }
            }
        }
    }

    private static IEnumerable<string> Lines(RepositoryTree tree, Regex pattern, string sentence) =>
        from path in tree.Paths
        let match = pattern.Match(tree[path])
        where match.Success
        let line = SourceText.LineAt(tree[path], match.Index)
        select $"{path}:{line}: '{match.Value.Trim()}' {sentence}.";

    // The patterns are written so that they do not match themselves.
    [GeneratedRegex(@"\b(TO[D]O|FIX[M]E)\b(?!.*#\d)")]
    private static partial Regex NoteWithoutIssue();

    /// <summary>A link to another file of the repository, without its anchor.</summary>
    [GeneratedRegex(@"\]\((?!\w+:|#)([^)#\s]+)")]
    private static partial Regex Link();

    [GeneratedRegex(@"\r")]
    private static partial Regex CarriageReturn();

    [GeneratedRegex(@"(?<![\w.~}])/(?:wor[k]|roo[t]|hom[e])/\w*")]
    private static partial Regex MachinePath();
}
