using Edge.Hosting.Settings;

namespace Anycast.Daemon.Settings;

/// <summary>What --help prints.</summary>
internal static class HelpText
{
    private const string Usage = """
        anycastd: watches the media node of its machine, and has BIRD announce the anycast
        address while the node is well. One beside each node of a PoP with BGP.

        Usage: anycastd [--config FILE]
               anycastd --help | --version

          --config FILE  settings as one JSON object, which may be those of edge and
                         control; the environment overrides it

        """;

    /// <summary>Writes the text.</summary>
    public static string Write() => SettingsHelp.Write(Executables.Anycast, Usage);
}
