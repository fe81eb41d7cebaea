using System.Text.RegularExpressions;

namespace Repository.Tests.Rules;

/// <summary>What has to be proved by a test, and what tests leave behind.</summary>
internal static partial class TestRules
{
    /// <summary>Every member marked as packet path is named in a test file that counts allocations.
    /// Private ones are proved with the members that call them.</summary>
    public static IEnumerable<string> HotPaths(RepositoryTree tree)
    {
        var named = tree.OfKind(".cs")
            .Where(file =>
                tree.ProjectOf(file.Path) is { IsTest: true }
                && file.Text.Contains("AllocationAssert.None", StringComparison.Ordinal)
            )
            .SelectMany(file => Word().Matches(file.Text))
            .Select(match => match.Value)
            .ToHashSet(StringComparer.Ordinal);
        foreach (var (path, text) in tree.OfKind(".cs"))
        {
            if (tree.ProjectOf(path) is not { IsTest: false })
            {
                continue;
            }

            var code = SourceText.CodeOnly(text);
            foreach (Match match in HotPathMember().Matches(code))
            {
                var member = match.Groups[1].Value;
                if (!named.Contains(member))
                {
                    yield return $"{path}:{SourceText.LineAt(text, match.Index)}: no test with AllocationAssert.None names {member}, which is marked [HotPath].";
                }
            }
        }
    }

    /// <summary>Every golden file and vector is named by a test, or its folder is listed by one.</summary>
    public static IEnumerable<string> Orphans(RepositoryTree tree)
    {
        var tests = string.Join(
            '\n',
            tree.OfKind(".cs")
                .Where(file => file.Path.StartsWith("tests/", StringComparison.Ordinal))
                .Select(file => file.Text)
        );
        foreach (var path in tree.Paths)
        {
            var match = DataFile().Match(path);
            if (!match.Success)
            {
                continue;
            }

            var name = match.Groups[1].Value;
            var folder = Path.GetDirectoryName(name)!.Replace('\\', '/');
            var isNamed =
                tests.Contains(name, StringComparison.Ordinal)
                || (
                    folder.Length > 0
                    && (
                        tests.Contains($"\"{folder}\"", StringComparison.Ordinal)
                        || tests.Contains($"$\"{folder}/", StringComparison.Ordinal)
                    )
                );
            if (!isNamed)
            {
                yield return $"{path}: no test names '{name}'.";
            }
        }
    }

    /// <summary>An attribute, then anything up to the member's name: other attributes, modifiers, its type.</summary>
    [GeneratedRegex(
        @"\[HotPath[^\]]*\](?:\s*\[[^\]]*\])*\s*(?:public|internal|protected)[^;={]*?\b(\w+)\s*(?:<[\w,\s]+>)?\s*(?:\(|\{|=>|=)"
    )]
    private static partial Regex HotPathMember();

    /// <summary>Parts of test names count: Subject_Condition_Outcome.</summary>
    [GeneratedRegex("[A-Za-z0-9]+")]
    private static partial Regex Word();

    [GeneratedRegex(@"^tests/(?:golden|vectors)/(.+)$")]
    private static partial Regex DataFile();
}
