using System.Runtime.InteropServices;
using Edge.Testing;

namespace Edge.Processes;

/// <summary>The programs that tests start. One that is missing fails with the line that brings it.</summary>
public static class Programs
{
    /// <summary>Names another executable to test instead of the one that publish.sh makes.</summary>
    public const string ControlVariable = "TEST_CONTROL";

    /// <summary>The same for an edge.</summary>
    public const string EdgeVariable = "TEST_EDGE";

    /// <summary>Names an edge of another revision, to try what becomes of sessions that go between both.</summary>
    public const string OtherEdgeVariable = "TEST_OTHER_EDGE";

    /// <summary>The same for anycastd.</summary>
    public const string AnycastVariable = "TEST_ANYCASTD";

    // Debian keeps servers here, and it is not in everybody's PATH.
    private const string ServersFolder = "/usr/sbin";

    /// <summary>The command that runs control, standalone with the edge in one process: the NativeAOT
    /// executable, or the newest build on the .NET runtime where there is none.</summary>
    /// <exception cref="TestingException">Neither was built; the message says what to do.</exception>
    public static IReadOnlyList<string> RequireControl() =>
        RequireExecutable(ControlVariable, "control", "control/Control.Server");

    /// <summary>The command that runs an edge as a process of its own.</summary>
    /// <exception cref="TestingException">It was not built; the message says what to do.</exception>
    public static IReadOnlyList<string> RequireEdge() =>
        RequireExecutable(EdgeVariable, "edge", "edge/Edge.Host");

    /// <summary>The command that runs an edge of another revision; where none is named, one of this.</summary>
    /// <exception cref="TestingException">It was not built; the message says what to do.</exception>
    public static IReadOnlyList<string> RequireOtherEdge() =>
        Environment.GetEnvironmentVariable(OtherEdgeVariable) is { Length: > 0 } path
            ? [Require(path, $"unset {OtherEdgeVariable}")]
            : RequireEdge();

    /// <summary>The command that runs anycastd.</summary>
    /// <exception cref="TestingException">It was not built; the message says what to do.</exception>
    public static IReadOnlyList<string> RequireAnycastd() =>
        RequireExecutable(AnycastVariable, "anycastd", "anycast/Anycast.Daemon");

    private static IReadOnlyList<string> RequireExecutable(
        string variable,
        string name,
        string project
    )
    {
        if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } path)
        {
            return [Require(path, $"unset {variable}")];
        }

        var native = RepositoryRoot.Combine($"out/{RuntimeIdentifier()}/{name}");
        if (File.Exists(native))
        {
            return [native];
        }

        var builds = RepositoryRoot.Combine($"{project}/bin");
        var built = Directory.Exists(builds)
            ? Directory
                .EnumerateFiles(builds, $"{name}.dll", SearchOption.AllDirectories)
                .OrderByDescending(File.GetLastWriteTimeUtc)
                .FirstOrDefault()
            : null;
        return built is null
            ? throw new TestingException($"{native} is missing. Run: ./publish.sh")
            : ["dotnet", built];
    }

    /// <summary>The absolute path of a program, looked for in PATH when it is only a name.</summary>
    /// <param name="program">A path or a name.</param>
    /// <param name="remedy">The line that brings it.</param>
    /// <exception cref="TestingException">It is missing.</exception>
    public static string Require(string program, string remedy)
    {
        ArgumentNullException.ThrowIfNull(program);
        var folders = program.Contains('/', StringComparison.Ordinal)
            ? new[] { "" }
            : [.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'), ServersFolder];
        foreach (var folder in folders)
        {
            var path = Path.Combine(folder, program);
            if (File.Exists(path))
            {
                return path;
            }
        }

        throw new TestingException($"{program} is missing. Run: {remedy}");
    }

    private static string RuntimeIdentifier() =>
        RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "linux-arm64" : "linux-x64";
}
