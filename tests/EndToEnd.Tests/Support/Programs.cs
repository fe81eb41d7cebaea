using System.Runtime.InteropServices;

namespace EndToEnd.Tests.Support;

/// <summary>The programs that these tests start. One that is missing fails with the line that brings it.</summary>
internal static class Programs
{
    /// <summary>The NativeAOT executable of control and edge in one; TEST_CONTROL names another one.</summary>
    public static string Control { get; } =
        Environment.GetEnvironmentVariable("TEST_CONTROL") is { Length: > 0 } path
            ? path
            : Path.Combine(RepositoryRoot(), "out", RuntimeIdentifier(), "control");

    /// <summary>Debian's Chromium.</summary>
    public const string Chromium = "/usr/bin/chromium";

    /// <summary>Debian's Firefox.</summary>
    public const string Firefox = "/usr/bin/firefox-esr";

    /// <summary>The tool that makes network namespaces.</summary>
    public const string Ip = "/sbin/ip";

    /// <summary>Fails when a program is missing.</summary>
    /// <exception cref="InvalidOperationException">It is missing; the message says what to do.</exception>
    public static string Require(string path)
    {
        if (File.Exists(path))
        {
            return path;
        }

        var remedy = path switch
        {
            Chromium => "apt-get install -y --no-install-recommends chromium",
            Firefox => "apt-get install -y --no-install-recommends firefox-esr",
            Ip => "apt-get install -y --no-install-recommends iproute2",
            _ => "./publish.sh",
        };
        throw new InvalidOperationException($"{path} is missing. Run: {remedy}");
    }

    private static string RuntimeIdentifier() =>
        RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "linux-arm64" : "linux-x64";

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Edge.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName
            ?? throw new InvalidOperationException("Edge.sln is in no folder above the tests.");
    }
}
