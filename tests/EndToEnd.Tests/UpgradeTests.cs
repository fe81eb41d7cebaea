using System.Net;
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
    private const int FrontPort = 443;

    /// <summary>Five seconds of them.</summary>
    private const int Pictures = 150;

    /// <summary>What nobody sees, beside what the machine costs anyway, and the tenth of a second by which is looked.</summary>
    private static readonly TimeSpan StillMax = TimeSpan.FromSeconds(1);

    private IsolatedNetwork _network = null!;
    private FrontPop _pop = null!;
    private Chromium _chromium = null!;

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        _network = await IsolatedNetwork.CreateAsync();
        try
        {
            await _network.BlockAllButTcpAsync(FrontPort);
            _pop = await FrontPop.StartAsync(
                _network.Prefix,
                new IPEndPoint(IPAddress.Parse(IsolatedNetwork.PublicAddress), FrontPort),
                Media(tcpPort: 7001)
            );
            _chromium = await Chromium.StartAsync(_network.Prefix, "--ignore-certificate-errors");
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (_chromium is not null)
        {
            await _chromium.DisposeAsync();
        }

        if (_pop is not null)
        {
            await _pop.DisposeAsync();
        }

        await _network.DisposeAsync();
    }

    [Fact]
    public async Task Chromium_EdgeIsReplaced_NoticesNothing()
    {
        await using var from = await _chromium.NewPageAsync();
        await using var to = await _chromium.NewPageAsync();
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
        await using var from = await _chromium.NewPageAsync();
        await using var to = await Firefox.StartAsync(_network.Prefix);
        var viewer = await PlayAsync(from, to);
        await ReplaceAsync();
        await UntilMoreAsync(viewer);
    }

    private async Task<ConsolePage> PlayAsync(IScriptedPage from, IScriptedPage to)
    {
        await UntilReadyAsync(from);
        var publisher = await ConsolePage.OpenAsync(
            from,
            _pop.Url,
            "publish=cam&codec=VP8&source=test&size=640x360"
        );
        await publisher.PublishAsync();
        var viewer = await ConsolePage.OpenAsync(to, _pop.Url, "watch=cam");
        await viewer.PressWatchAsync();
        output.WriteLine(await Playing.ExpectAsync(publisher, viewer));
        Assert.Equal("tcp", (await publisher.NumbersAsync()).Protocol);
        Assert.Equal("tcp", (await viewer.NumbersAsync()).Protocol);
        return viewer;
    }

    /// <summary>Starts the other edge, and ends the first one as systemd does; its sessions are elsewhere, or it would not end.
    /// </summary>
    private async Task ReplaceAsync()
    {
        await _pop.StartHeirAsync(Media(tcpPort: 7002));
        await Patience.UntilAsync(
            "the first edge has given its listeners",
            () => Task.FromResult(_pop.Edge.Output),
            text => text.Contains("has the front's listeners", StringComparison.Ordinal)
        );
        await _pop.Edge.TerminateAsync();
        Assert.Equal(0, await _pop.Edge.ExitCodeAsync());
        Assert.Contains("0 are here still", _pop.Edge.Output, StringComparison.Ordinal);
    }

    /// <summary>Asked by the page: nobody outside its network reaches the front.</summary>
    private Task UntilReadyAsync(IScriptedPage page) =>
        Patience.UntilAsync(
            "the page says that sessions are taken",
            async () =>
            {
                await page.GoAsync(new Uri(_pop.Url, "readyz"));
                return await page.EvaluateAsync("document.body.innerText");
            },
            text => text.StartsWith("\"ready", StringComparison.Ordinal)
        );

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
