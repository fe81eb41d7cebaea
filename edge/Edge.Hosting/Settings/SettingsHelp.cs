using System.Globalization;
using System.Text;
using Edge.Hosting.Settings.Limits;

namespace Edge.Hosting.Settings;

/// <summary>What --help prints of the settings of a program.</summary>
public static class SettingsHelp
{
    private const string Ending = """

        A setting that is unknown or wrong stops the start with exit code 2.

        """;

    private const string SignalsOfServers = """
        SIGTERM drains, then exits 0; Ctrl-C ends the sessions and exits 0; a second
        signal exits at once.
        """;

    private const string SignalsOfAnycast = """
        SIGTERM and Ctrl-C withdraw the address, then exit 0; a second signal exits at
        once.
        """;

    /// <summary>Writes the text.</summary>
    /// <param name="program">The program.</param>
    /// <param name="usage">What it is and its arguments.</param>
    public static string Write(Executables program, string usage)
    {
        var text = new StringBuilder(usage);
        text.Append("\nSettings (environment variables, and keys of the file):\n\n");
        var own = SettingName.All.Where(setting => setting.Readers.HasFlag(program)).ToArray();
        var width = own.Max(setting => setting.Name.Length) + 1;
        foreach (var setting in own)
        {
            AddSetting(text, setting, width);
        }

        if (program != Executables.Anycast)
        {
            AddLimits(text, program);
        }

        AddNames(
            text,
            "Known, so that one file serves every program, but without a meaning here:",
            setting => !setting.Readers.HasFlag(program)
        );
        text.Append(Ending);
        return text.Append(program == Executables.Anycast ? SignalsOfAnycast : SignalsOfServers)
            .ToString();
    }

    private static void AddSetting(StringBuilder text, SettingName setting, int width)
    {
        text.Append("  ").Append(setting.Name.PadRight(width)).Append(setting.Meaning);
        if (setting.Default.Length > 0)
        {
            text.Append(" (").Append(setting.Default).Append(')');
        }

        text.Append('\n');
    }

    private static void AddLimits(StringBuilder text, Executables program)
    {
        var isNode = program == Executables.Edge;
        text.Append('\n').Append(SettingName.Limits);
        text.Append(
            isNode
                ? " knows the names of GET /v1/limits, of which these count here:\n\n"
                : " knows, as GET /v1/limits does:\n\n"
        );
        var defaults = new CallsLimits();
        foreach (var limit in CallsLimits.All)
        {
            if (limit.IsOfNode || !isNode)
            {
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"  {limit.Name, -30}{limit.Read(defaults)} ({limit.Min}-{limit.Max})\n"
                );
            }
        }
    }

    private static void AddNames(
        StringBuilder text,
        string heading,
        Func<SettingName, bool> isListed
    )
    {
        var names = SettingName.All.Where(isListed).Select(setting => setting.Name).ToArray();
        if (names.Length > 0)
        {
            text.Append('\n').Append(heading).Append('\n');
            text.Append("  ").AppendJoin("\n  ", names).Append('\n');
        }
    }
}
