using System.Reflection;

namespace Edge.Hosting.Lifetime;

/// <summary>The version of this build.</summary>
public static class ProcessVersion
{
    /// <summary>As the assembly has it, without the commit.</summary>
    public static string Text { get; } =
        (
            typeof(ProcessVersion)
                .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
                ?.InformationalVersion
            ?? "unknown"
        ).Split('+')[0];
}
