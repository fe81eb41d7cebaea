using System.Net;
using System.Text;
using Control.Server.Settings;
using Edge.Hosting.Lifetime;
using Edge.Hosting.Settings.Mesh;

namespace Control.Server.Lifetime;

/// <summary>What a process prints when it is ready: addresses to click on and to paste.</summary>
internal static class Banner
{
    /// <summary>Writes the text.</summary>
    /// <remarks>The secret of a configured app is known to who configured it and is not printed: a
    /// service's output ends up in logs.</remarks>
    public static string Write(
        ControlSettings settings,
        IReadOnlyList<Uri> publicUrls,
        Uri admin,
        IReadOnlyList<IPEndPoint> media
    )
    {
        // Without one in the settings, the operator makes them; their secrets are nobody else's.
        var app = settings.Apps.IsEmpty ? new AppCredential("APP", "") : settings.Apps[0];
        var isShown = settings.AppsOrigin != AppsOrigin.Configured;
        var url = publicUrls[0];
        var text = new StringBuilder();
        var process = settings.Process;
        text.Append(
            process.Mesh is null
                ? $"edge {ProcessVersion.Text}, standalone, node {process.Node} of PoP {process.Pop}\n\n"
                : $"control {ProcessVersion.Text}, {process.Node} of PoP {process.Pop}\n\n"
        );
        AddLine(text, "Console", ToConsole(settings, url, app));
        foreach (var other in publicUrls.Skip(1))
        {
            AddLine(text, "", ToConsole(settings, other, app));
        }

        AddLine(text, "App id", settings.Apps.IsEmpty ? "made by the operator" : app.AppId);
        AddLine(text, "Secret", isShown ? app.Secret : "known to who made it");
        AddLine(text, "WHIP", new Uri(url, $"v1/apps/{app.AppId}/whip/my-stream").ToString());
        AddLine(text, "WHEP", new Uri(url, $"v1/apps/{app.AppId}/whep/my-stream").ToString());
        AddLine(
            text,
            "Media",
            process.Mesh is null ? $"{string.Join(", ", media)} (UDP, TCP)" : "of the edges"
        );
        if (settings.FrontSocket is { } path)
        {
            AddLine(text, "Front", $"{path} (HTTPS from edges)");
        }

        AddMesh(text, process.Mesh);
        AddLine(text, "Health", new Uri(admin, "readyz").ToString());
        text.Append("\nOBS: the WHIP URL as server, the secret as bearer token. Ctrl-C stops.\n");
        return text.ToString();
    }

    private static void AddMesh(StringBuilder text, MeshSettings? mesh)
    {
        if (mesh is null)
        {
            return;
        }

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
    }

    // In the fragment, which browsers send to no server and write into no log. The well-known app
    // is filled in by the page itself.
    private static string ToConsole(ControlSettings settings, Uri url, AppCredential app) =>
        settings.AppsOrigin == AppsOrigin.Generated
            ? $"{url}#app={app.AppId}&secret={app.Secret}"
            : url.ToString();

    private static void AddLine(StringBuilder text, string name, string value) =>
        text.Append("  ").Append(name.PadRight(10)).Append(value).Append('\n');
}
