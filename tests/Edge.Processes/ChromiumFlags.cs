namespace Edge.Processes;

/// <summary>How tests start Debian's Chromium.</summary>
public static class ChromiumFlags
{
    /// <summary>Headless as root, on its own in a closed network, and awake in the background.</summary>
    public static IReadOnlyList<string> Quiet { get; } =
    [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-backgrounding-occluded-windows",
        "--disable-renderer-backgrounding",
        "--autoplay-policy=no-user-gesture-required",
    ];
}
