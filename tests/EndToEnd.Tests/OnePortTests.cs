using System.Net;
using Edge.Processes;
using EndToEnd.Tests.Browsers;
using EndToEnd.Tests.Support;
using Xunit.Abstractions;

namespace EndToEnd.Tests;

/// <summary>Browsers on a network that lets nothing pass but TCP to port 443: the page, the API and media come in there.</summary>
[Trait("Category", "Browser")]
[Trait("Category", "Netns")]
public sealed class OnePortTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int FrontPort = 443;
    private const int MediaPort = 7000;

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
                ("EDGE_MEDIA", $"{IsolatedNetwork.PublicAddress}:{MediaPort}")
            );
            // The certificate is made for this test, and no authority knows it.
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
    public async Task Chromium_AllButTcp443Blocked_PublishesAndPlays()
    {
        await using var from = await _chromium.NewPageAsync();
        await using var to = await _chromium.NewPageAsync();
        await PlayAsync(from, to);
    }

    [Fact]
    public async Task Firefox_AllButTcp443Blocked_Plays()
    {
        await using var from = await _chromium.NewPageAsync();
        await using var to = await Firefox.StartAsync(_network.Prefix);
        await PlayAsync(from, to);
    }

    private async Task PlayAsync(IScriptedPage from, IScriptedPage to)
    {
        await UntilReadyAsync(from);
        var publisher = await ConsolePage.OpenAsync(
            from,
            _pop.Url,
            "publish=cam&codec=VP8&simulcast=1&source=test&size=960x540"
        );
        await publisher.PublishAsync();
        var viewer = await ConsolePage.OpenAsync(to, _pop.Url, "watch=cam");
        await viewer.PressWatchAsync();
        output.WriteLine(await Playing.ExpectAsync(publisher, viewer));
        Assert.Equal("tcp", (await publisher.NumbersAsync()).Protocol);
        Assert.Equal("tcp", (await viewer.NumbersAsync()).Protocol);

        var connections = await _network.ConnectionsAsync(FrontPort, isReset: false);
        output.WriteLine($"{connections.Count} connections to port {FrontPort}");
        Assert.Empty(await _network.ConnectionsAsync(MediaPort, isReset: false));
    }

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
}
