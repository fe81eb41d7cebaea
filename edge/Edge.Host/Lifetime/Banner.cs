using System.Text;
using Edge.Host.Settings;
using Edge.Hosting.Lifetime;
using Edge.Node.Sessions;

namespace Edge.Host.Lifetime;

/// <summary>What an edge prints when it is ready: where it is reached, and by whom.</summary>
internal static class Banner
{
    /// <summary>Writes the text.</summary>
    public static string Write(EdgeSettings settings, MediaNode node, Uri admin)
    {
        var process = settings.Process;
        var mesh = settings.Mesh;
        var text = new StringBuilder();
        text.Append($"edge {ProcessVersion.Text}, node {process.Node} of PoP {process.Pop}\n\n");
        AddLine(text, "Media", string.Join(", ", node.Candidates) + " (UDP)");
        AddLine(text, "", string.Join(", ", node.TcpCandidates) + " (TCP)");
        if (!node.FrontAddresses.IsEmpty)
        {
            AddLine(text, "Front", string.Join(", ", node.FrontAddresses) + " (TCP, with HTTPS)");
        }

        AddLine(text, "Ciphers", node.Ciphers);
        AddLine(text, "LAN", mesh.Lan.ToString());
        AddLine(text, "Peers", string.Join(", ", mesh.Peers.Select(peer => peer.Name)));
        if (mesh.Consul is { } consul)
        {
            AddLine(text, "Consul", consul.Agent.Authority);
        }

        if (!mesh.Nats.IsEmpty)
        {
            AddLine(text, "NATS", string.Join(", ", mesh.Nats.Select(url => url.Authority)));
        }

        AddLine(text, "Health", new Uri(admin, "readyz").ToString());
        return text.Append("\nCtrl-C stops.\n").ToString();
    }

    private static void AddLine(StringBuilder text, string name, string value) =>
        text.Append("  ").Append(name.PadRight(10)).Append(value).Append('\n');
}
