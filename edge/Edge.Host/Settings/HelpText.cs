using Edge.Hosting.Settings;

namespace Edge.Host.Settings;

/// <summary>What --help prints.</summary>
internal static class HelpText
{
    private const string Usage = """
        edge: a media node of a WebRTC SFU. It takes and forwards media and is told by the
        controls of its PoP what to do.

        Usage: edge [--config FILE]
               edge --help | --version

          --config FILE  settings as one JSON object, which may be those of control;
                         the environment overrides it

        """;

    /// <summary>Writes the text.</summary>
    public static string Write() => SettingsHelp.Write(Executables.Edge, Usage);
}
