using System.Collections;
using Control.Server.Settings;
using Edge.Hosting.Settings;

namespace Control.Server.Tests.Support;

/// <summary>Settings as a process would read them.</summary>
internal static class TestSettings
{
    /// <summary>Settings of a server on free ports; no apps: the defaults.</summary>
    public static ControlSettings Read(string apps)
    {
        var variables = new Hashtable
        {
            ["EDGE_HTTP"] = "127.0.0.1:0",
            ["EDGE_ADMIN"] = "127.0.0.1:0",
            ["EDGE_METRICS"] = "127.0.0.1:0",
            ["EDGE_APPS"] = apps,
        };
        var source = new SettingsSource(Executables.Control).AddEnvironment(variables);
        var result = SettingsReader.Read(source, StartMode.Normal);
        return Assert.IsType<SettingsResult<ControlSettings>.Accepted>(result).Settings;
    }
}
