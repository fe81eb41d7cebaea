using System.Text.RegularExpressions;

namespace Repository.Tests.Rules;

/// <summary>What code may not hold where it stands.</summary>
internal static partial class CodeRules
{
    /// <summary>Longest file. Tables may be longer by name and reason.</summary>
    private const int LinesMax = 600;

    /// <summary>Unsafe code and P/Invoke live in Edge.Native, nowhere else but in what is listed; no entry of
    /// that list is stale.</summary>
    public static IEnumerable<string> Unsafe(RepositoryTree tree)
    {
        foreach (var project in tree.Projects())
        {
            if (project.Name is not "Edge.Native" && project.Sets("AllowUnsafeBlocks", "true"))
            {
                yield return $"{project.Path} allows unsafe code; only Edge.Native does.";
            }
        }

        foreach (var (path, text) in tree.OfKind(".cs"))
        {
            if (path.StartsWith("edge/Edge.Native/", StringComparison.Ordinal))
            {
                continue;
            }

            var match = NativeCode().Match(SourceText.CodeOnly(text));
            var isListed = Layout.NativeFiles.ContainsKey(path);
            if (isListed && !match.Success)
            {
                yield return $"{path} calls nothing native: take it off Layout.NativeFiles.";
            }
            else if (!isListed && match.Success)
            {
                yield return $"{path}:{SourceText.LineAt(text, match.Index)} has '{match.Value}'; only Edge.Native may.";
            }
        }
    }

    /// <summary>No file is longer than the limit, and no entry of the allow list is stale.</summary>
    public static IEnumerable<string> Size(RepositoryTree tree)
    {
        foreach (var (path, text) in tree.OfKind(".cs", ".js", ".css", ".sh", ".py"))
        {
            var lines = text.AsSpan().Count('\n');
            var isListed = Layout.LongFiles.ContainsKey(path);
            if (lines > LinesMax && !isListed)
            {
                yield return $"{path} has {lines} lines; split it, or list it with a reason (Layout.LongFiles).";
            }
            else if (lines <= LinesMax && isListed)
            {
                yield return $"{path} has only {lines} lines: take it off Layout.LongFiles.";
            }
        }
    }

    /// <summary>Floors 0-2 are sans-IO: they say so to the analyzer, and no banned name is in their text.</summary>
    public static IEnumerable<string> Clocks(RepositoryTree tree)
    {
        var cores = Layout
            .Projects.Where(entry => entry.IsCore)
            .Select(entry => $"{entry.Area}/{entry.Name}")
            .ToHashSet(StringComparer.Ordinal);
        foreach (var project in tree.Projects().Where(project => cores.Contains(project.Folder)))
        {
            if (!project.Sets("IsSansIo", "true"))
            {
                yield return $"{project.Path} is a core and does not set IsSansIo.";
            }
        }

        foreach (var (path, text) in tree.OfKind(".cs"))
        {
            if (tree.ProjectOf(path) is not { } project || !cores.Contains(project.Folder))
            {
                continue;
            }

            foreach (Match match in ClockOrIo().Matches(SourceText.CodeOnly(text)))
            {
                yield return $"{path}:{SourceText.LineAt(text, match.Index)} has '{match.Value}' in a core.";
            }
        }
    }

    /// <summary>Tests below floor 3 neither sleep nor read a clock nor open a socket.</summary>
    public static IEnumerable<string> TestClocks(RepositoryTree tree)
    {
        foreach (var (path, text) in tree.OfKind(".cs"))
        {
            if (
                tree.ProjectOf(path) is not { IsTest: true } project
                || Layout.TestsWithClock.Contains(project.Name)
            )
            {
                continue;
            }

            foreach (Match match in SleepOrClock().Matches(SourceText.CodeOnly(text)))
            {
                yield return $"{path}:{SourceText.LineAt(text, match.Index)} has '{match.Value}' in a test without a clock.";
            }
        }
    }

    /// <summary>What is caught is handled; an empty body hides it. A comment inside gives the reason.</summary>
    public static IEnumerable<string> EmptyCatches(RepositoryTree tree) =>
        from file in tree.OfKind(".cs")
        let match = EmptyCatch().Match(file.Text)
        where
            match.Success
            && !file.Path.StartsWith("tests/Repository.Tests/", StringComparison.Ordinal)
        select $"{file.Path}:{SourceText.LineAt(file.Text, match.Index)} catches and does nothing.";

    // The braces of a property pattern in the filter ("is { } missing)") are not the block's.
    [GeneratedRegex(@"\bcatch\b[^{};]*\{\s*\}(?!\s*\w+\s*\))")]
    private static partial Regex EmptyCatch();

    [GeneratedRegex(@"\b(DllImport|LibraryImport|unsafe|stackalloc\s+\w+\*|fixed\s*\()")]
    private static partial Regex NativeCode();

    [GeneratedRegex(
        @"\b(DateTime(Offset)?\.(UtcNow|Now|Today)|Stopwatch|TimeProvider|Environment\.TickCount(64)?|Task\.\w+|async\s|await\s|Thread\.\w+|new\s+(Thread|Timer|Random)\b|lock\s*\(|Monitor\.|Random\.Shared|RandomNumberGenerator|Guid\.NewGuid|System\.Net\.Sockets|System\.IO\b|System\.Linq|System\.Timers|Console\.|ILogger|File\.\w+|Environment\.GetEnvironmentVariable)"
    )]
    private static partial Regex ClockOrIo();

    [GeneratedRegex(
        @"\b(Task\.Delay|Thread\.Sleep|DateTime(Offset)?\.(UtcNow|Now)|Stopwatch|Environment\.TickCount(64)?|new\s+Timer\b|System\.Net\.Sockets)"
    )]
    private static partial Regex SleepOrClock();
}
