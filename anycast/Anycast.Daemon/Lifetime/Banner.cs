using System.Text;
using Anycast.Daemon.Settings;
using Edge.Hosting.Lifetime;

namespace Anycast.Daemon.Lifetime;

/// <summary>What anycastd prints when it runs.</summary>
internal static class Banner
{
    /// <summary>Writes the text.</summary>
    public static string Write(AnycastSettings settings, Uri admin)
    {
        var text = new StringBuilder();
        var mode = settings.IsDryRun ? ", a dry run: BIRD is left as it is" : "";
        text.Append($"anycastd {ProcessVersion.Text}, node {settings.Node}{mode}\n\n");
        AddLine(text, "Media", string.Join(", ", settings.Media) + " (UDP)");
        AddLine(text, "Ready", settings.Ready.ToString());
        AddLine(text, "BIRD", $"{settings.BirdSocket}: {string.Join(", ", settings.Protocols)}");
        if (settings.Peers is { } peers)
        {
            AddLine(text, "Peers", string.Join(", ", peers.Others.Select(peer => peer.Node)));
        }

        AddLine(text, "Health", new Uri(admin, "readyz").ToString());
        AddLine(text, "Metrics", new Uri(admin, "metrics").ToString());
        return text.Append("\nCtrl-C stops.\n").ToString();
    }

    private static void AddLine(StringBuilder text, string name, string value) =>
        text.Append("  ").Append(name.PadRight(10)).Append(value).Append('\n');
}
