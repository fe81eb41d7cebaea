using System.Net;

namespace Control.Server.Settings;

/// <summary>What the command line says about the kind of start: it moves defaults, nothing else.</summary>
/// <param name="LanAddress">With --lan, the machine's address on its network; else null.</param>
/// <param name="LanSecret">With --lan, the secret of the app that exists when EDGE_APPS is empty.</param>
internal sealed record StartMode(IPAddress? LanAddress, string LanSecret)
{
    /// <summary>A start without --lan.</summary>
    public static StartMode Normal { get; } = new(null, "");
}
