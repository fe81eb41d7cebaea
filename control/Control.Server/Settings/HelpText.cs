using Edge.Hosting.Settings;

namespace Control.Server.Settings;

/// <summary>What --help prints.</summary>
internal static class HelpText
{
    private const string Usage = """
        control: a WebRTC SFU with WHIP, WHEP, a session API and its console. It runs the
        media node in its own process (standalone) or asks the edges of its PoP.

        Usage: control [--lan] [--config FILE]
               control --help | --version

          --lan          serve HTTPS with a self-signed certificate on this machine's
                         network address, so that a phone can publish
          --config FILE  settings as one JSON object; the environment overrides it

        """;

    /// <summary>Writes the text.</summary>
    public static string Write() => SettingsHelp.Write(Executables.Control, Usage);
}
