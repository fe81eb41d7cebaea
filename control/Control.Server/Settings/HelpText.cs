using System.Globalization;
using System.Text;
using Edge.Hosting.Settings;
using Edge.Hosting.Settings.Limits;

namespace Control.Server.Settings;

/// <summary>What --help prints.</summary>
internal static class HelpText
{
    private const string Usage = """
        control: a WebRTC SFU with WHIP and WHEP, and its console, in one process.

        Usage: control [--lan] [--config FILE]
               control --help | --version

          --lan          serve HTTPS with a self-signed certificate on this machine's
                         network address, so that a phone can publish
          --config FILE  settings as one JSON object; the environment overrides it

        Settings (environment variables, and keys of the file):

        """;

    private const string Ending = """

        A setting that is unknown or wrong stops the start with exit code 2.
        SIGTERM drains, then exits 0; Ctrl-C ends the sessions and exits 0; a second
        signal exits at once.
        """;

    /// <summary>Writes the text.</summary>
    public static string Write()
    {
        var text = new StringBuilder(Usage);
        foreach (var setting in SettingName.All)
        {
            if (setting.MissingCapability is not null)
            {
                continue;
            }

            text.Append("  ").Append(setting.Name.PadRight(20)).Append(setting.Meaning);
            if (setting.Default.Length > 0)
            {
                text.Append(" (").Append(setting.Default).Append(')');
            }

            text.Append('\n');
        }

        text.Append('\n').Append(SettingName.Limits).Append(" knows, as GET /v1/limits does:\n\n");
        var defaults = new CallsLimits();
        foreach (var limit in CallsLimits.All)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"  {limit.Name, -30}{limit.Read(defaults)} ({limit.Min}-{limit.Max})\n"
            );
        }

        text.Append("\nKnown, but not served by this build yet:\n ");
        foreach (var setting in SettingName.All)
        {
            if (setting.MissingCapability is not null)
            {
                text.Append(' ').Append(setting.Name);
            }
        }

        return text.Append('\n').Append(Ending).ToString();
    }
}
