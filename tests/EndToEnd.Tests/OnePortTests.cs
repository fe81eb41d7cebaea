using System.Net;
using Edge.Processes;
using EndToEnd.Tests.Browsers;
using EndToEnd.Tests.Support;
using Xunit.Abstractions;

namespace EndToEnd.Tests;

/// <summary>A browser on a network that lets nothing pass but TCP to port 443: the page, the API and media come in there.</summary>
[Trait("Category", "Netns")]
public sealed class OnePortTests(ITestOutputHelper output)
{
    private const int FrontPort = 443;

    [Fact]
    public async Task Chromium_AllButTcp443Blocked_PublishesAndPlays()
    {
        await using var network = await IsolatedNetwork.CreateAsync();
        await network.BlockAllButTcpAsync(FrontPort);
        await using var pop = await FrontPop.StartAsync(
            network.Prefix,
            new IPEndPoint(IPAddress.Parse(IsolatedNetwork.PublicAddress), FrontPort),
            ("EDGE_MEDIA", $"{IsolatedNetwork.PublicAddress}:7000")
        );
        // The certificate is made for this test, and no authority knows it.
        await using var chromium = await Chromium.StartAsync(
            network.Prefix,
            "--ignore-certificate-errors"
        );
        await using var from = await chromium.NewPageAsync();
        await using var to = await chromium.NewPageAsync();
        await UntilReadyAsync(from, new Uri(pop.Url, "readyz"));
        var publisher = await ConsolePage.OpenAsync(
            from,
            pop.Url,
            "publish=cam&codec=VP8&simulcast=1&source=test&size=960x540"
        );
        await publisher.PublishAsync();
        var viewer = await ConsolePage.OpenAsync(to, pop.Url, "watch=cam");
        await viewer.PressWatchAsync();
        output.WriteLine(await Playing.ExpectAsync(publisher, viewer));
        Assert.Equal("tcp", (await publisher.NumbersAsync()).Protocol);
        Assert.Equal("tcp", (await viewer.NumbersAsync()).Protocol);

        var connections = await network.ConnectionsAsync(FrontPort, isReset: false);
        output.WriteLine($"{connections.Count} connections to port {FrontPort}");
        Assert.Empty(await network.ConnectionsAsync(port: 7000, isReset: false));
    }

    private static Task UntilReadyAsync(ChromiumPage page, Uri address) =>
        Patience.UntilAsync(
            "the page says that sessions are taken",
            async () =>
            {
                await page.GoAsync(address);
                return await page.EvaluateAsync("document.body.innerText");
            },
            text => text.StartsWith("\"ready", StringComparison.Ordinal)
        );
}
