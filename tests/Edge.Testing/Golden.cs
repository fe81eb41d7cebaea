namespace Edge.Testing;

/// <summary>Compares text with a file under tests/golden, which is reviewed like code.</summary>
/// <remarks>
/// Shape: files hold LF only, so what carries CRLF goes through <see cref="WithLineFeeds"/> on its way
/// out and <see cref="WithCarriageReturns"/> on its way in. TEST_GOLDEN=update rewrites the files.
/// </remarks>
public static class Golden
{
    /// <summary>The environment variable that rewrites the files when it is "update".</summary>
    public const string Variable = "TEST_GOLDEN";

    private const string Folder = "tests/golden";

    /// <summary>Throws when the text differs from the file of that name.</summary>
    /// <param name="name">Path below tests/golden with forward slashes and extension, written as a
    /// literal in the test, by which Repository.Tests finds orphans.</param>
    /// <param name="actual">What the code under test made.</param>
    /// <param name="normalise">Replaces what differs from run to run (and CRLF); nothing by default.</param>
    public static void Match(string name, string actual, Func<string, string>? normalise = null)
    {
        Match(name, normalise is null ? actual : normalise(actual), FilePath(name), IsUpdate);
    }

    /// <summary>The text of a file that no run makes twice the same: what a version wrote, for every later one to read. With
    /// TEST_GOLDEN=update it is made when it is not there, and never made anew.</summary>
    /// <param name="name">As for <see cref="Match(string, string, Func{string, string}?)"/>.</param>
    /// <param name="make">Makes it.</param>
    public static async Task<string> RecordedAsync(string name, Func<Task<string>> make)
    {
        if (IsUpdate && !File.Exists(FilePath(name)))
        {
            Match(name, await make(), FilePath(name), isUpdate: true);
        }

        return Read(name);
    }

    private static bool IsUpdate =>
        string.Equals(
            Environment.GetEnvironmentVariable(Variable),
            "update",
            StringComparison.Ordinal
        );

    /// <summary>The text of a file below tests/golden, as it stands there (LF).</summary>
    public static string Read(string name)
    {
        var path = FilePath(name);
        return File.Exists(path)
            ? File.ReadAllText(path)
            : throw new TestingException($"There is no {Folder}/{name}.");
    }

    /// <summary>The names of all files in a folder below tests/golden, sorted.</summary>
    public static IReadOnlyList<string> Names(string folder) =>
        [
            .. Directory
                .EnumerateFiles(FilePath(folder), "*", SearchOption.AllDirectories)
                .Select(path => Path.GetRelativePath(FilePath(""), path))
                .Order(StringComparer.Ordinal),
        ];

    /// <summary>A normaliser: CRLF becomes LF.</summary>
    public static string WithLineFeeds(string text) =>
        text.Replace("\r\n", "\n", StringComparison.Ordinal);

    /// <summary>The way back, for text such as SDP that travels with CRLF: LF becomes CRLF.</summary>
    public static string WithCarriageReturns(string text) =>
        WithLineFeeds(text).Replace("\n", "\r\n", StringComparison.Ordinal);

    internal static void Match(string name, string actual, string path, bool isUpdate)
    {
        var expected = File.Exists(path) ? File.ReadAllText(path) : null;
        if (string.Equals(expected, actual, StringComparison.Ordinal))
        {
            return;
        }

        if (isUpdate)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, actual);
            return;
        }

        var advice = $"If it is right, run the test with {Variable}=update and review the change.";
        throw new TestingException(
            expected is null
                ? $"There is no {Folder}/{name} yet. {advice}\n{actual}"
                : $"{Folder}/{name} differs: {FirstDifference(expected, actual)} {advice}"
        );
    }

    private static string FilePath(string name) =>
        Path.Combine(RepositoryRoot.Combine(Folder), name);

    private static string FirstDifference(string expected, string actual)
    {
        var expectedLines = expected.Split('\n');
        var actualLines = actual.Split('\n');
        for (var index = 0; ; index++)
        {
            var left = index < expectedLines.Length ? expectedLines[index] : "(end of file)";
            var right = index < actualLines.Length ? actualLines[index] : "(end of text)";
            if (!string.Equals(left, right, StringComparison.Ordinal))
            {
                return $"line {index + 1}\n  file: {Show(left)}\n  text: {Show(right)}\n";
            }
        }
    }

    private static string Show(string line) => line.Replace("\r", "\\r", StringComparison.Ordinal);
}
