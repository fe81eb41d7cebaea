using System.Reflection;

namespace Control.Server.Lifetime;

/// <summary>The version of this build.</summary>
internal static class ProcessVersion
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
