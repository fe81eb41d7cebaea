using Edge.Processes;
using EndToEnd.Tests.Browsers;
using EndToEnd.Tests.Support;
using Xunit.Abstractions;

namespace EndToEnd.Tests;

/// <summary>An edge takes another one's place on its machine, while browsers that have nothing but TCP to port 443 publish and
/// play: their connections go along.</summary>
[Trait("Category", "Browser")]
[Trait("Category", "Netns")]
public sealed class UpgradeTests(ITestOutputHelper output) : IAsyncLifetime
{
    /// <summary>Five seconds of them.</summary>
    private const int Pictures = 150;

    /// <summary>What nobody sees, beside what the machine costs anyway, and the tenth of a second by which is looked.</summary>
    private static readonly TimeSpan StillMax = TimeSpan.FromSeconds(1);

    private OnePortLab _lab = null!;

    /// <inheritdoc/>
    public async Task InitializeAsync() => _lab = await OnePortLab.StartAsync(Media(tcpPort: 7001));

    /// <inheritdoc/>
    public async Task DisposeAsync() => await _lab.DisposeAsync();

    [Fact]
    public async Task Chromium_EdgeIsReplaced_NoticesNothing()
    {
        await using var from = await _lab.Chromium.NewPageAsync();
        await using var to = await _lab.Chromium.NewPageAsync();
        var pictures = await PictureLog.StartAsync(to);
        var states = await ConnectionLog.StartAsync(to);
        var viewer = await PlayAsync(from, to);

        var since = await pictures.NowAsync();
        await UntilMoreAsync(viewer);
        var quiet = await pictures.LongestStillAsync(since);
        since = await pictures.NowAsync();
        await ReplaceAsync();
        await UntilMoreAsync(viewer);

        var still = await pictures.LongestStillAsync(since);
        output.WriteLine(
            $"pictures stood still for {still.TotalMilliseconds:F0} ms at the longest, {quiet.TotalMilliseconds:F0} ms before"
        );
        Assert.DoesNotContain(await states.ReadAsync(), change => change.At >= since);
        Assert.InRange(still, TimeSpan.Zero, StillMax + quiet);
    }

    [Fact]
    public async Task Firefox_EdgeIsReplaced_GoesOn()
    {
        await using var from = await _lab.Chromium.NewPageAsync();
        await using var to = await Firefox.StartAsync(_lab.Network.Prefix);
        var viewer = await PlayAsync(from, to);
        await ReplaceAsync();
        await UntilMoreAsync(viewer);
    }

    private async Task<ConsolePage> PlayAsync(IScriptedPage from, IScriptedPage to)
    {
        var (viewer, figures) = await _lab.PlayAsync(from, to, "size=640x360");
        output.WriteLine(figures);
        return viewer;
    }

    /// <summary>Starts the other edge, and ends the first one as systemd does; its sessions are elsewhere, or it would not end.
    /// </summary>
    private async Task ReplaceAsync()
    {
        await _lab.Pop.StartHeirAsync(Media(tcpPort: 7002));
        await Patience.UntilAsync(
            "the first edge has given its listeners",
            () => Task.FromResult(_lab.Pop.Edge.Output),
            text => text.Contains("has the front's listeners", StringComparison.Ordinal)
        );
        await _lab.Pop.Edge.TerminateAsync();
        Assert.Equal(0, await _lab.Pop.Edge.ExitCodeAsync());
        Assert.Contains("0 are here still", _lab.Pop.Edge.Output, StringComparison.Ordinal);
    }

    private static async Task UntilMoreAsync(ConsolePage viewer)
    {
        var before = await viewer.NumbersAsync();
        await viewer.UntilAsync(
            "pictures go on",
            numbers => numbers.Frames >= before.Frames + Pictures && numbers.Peers == before.Peers
        );
    }

    private static (string, string)[] Media(int tcpPort) =>
        [
            ("EDGE_MEDIA", $"{IsolatedNetwork.PublicAddress}:7000"),
            ("EDGE_MEDIA_SHARED", "1"),
            ("EDGE_MEDIA_TCP", $"{IsolatedNetwork.PublicAddress}:{tcpPort}"),
        ];
}
