using System.Reflection;

namespace Edge.Hosting.Lifetime;

/// <summary>The version of this build, and what it was built from.</summary>
/// <remarks>The version stands in Directory.Build.props; the build appends the commit.</remarks>
public static class ProcessVersion
{
    private static readonly string[] Parts = (
        typeof(ProcessVersion)
            .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
            ?.InformationalVersion
        ?? ""
    ).Split('+', 2);

    /// <summary>As the assembly has it, without the commit.</summary>
    public static string Text { get; } = Parts[0].Length > 0 ? Parts[0] : "unknown";

    /// <summary>The commit, with "-dirty" behind it where files had changed since; "unknown" of a build without git.</summary>
    public static string Commit { get; } = Parts.Length > 1 ? Parts[1] : "unknown";
}
