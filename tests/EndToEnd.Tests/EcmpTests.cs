using System.Diagnostics;
using Edge.Processes.Links;
using EndToEnd.Tests.Browsers;
using EndToEnd.Tests.Support;
using Xunit.Abstractions;

namespace EndToEnd.Tests;

/// <summary>Chromium publishes to and plays from three edges at one address, behind a router that spreads flows over them anew
/// each second.</summary>
[Trait("Category", "Netns")]
[Trait("Category", "Browser")]
public sealed class EcmpTests(ITestOutputHelper output)
{
    private const int Edges = 3;
    private const int Seconds = 15;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Chromium_FlowsSpreadAnewEachSecond_PicturesNeverStop(bool isIPv6)
    {
        await using var pop = await EcmpPop.StartAsync(Edges, isIPv6);
        await using var chromium = await Chromium.StartAsync(pop.Site.Prefix);
        await using var from = await chromium.NewPageAsync();
        await using var to = await chromium.NewPageAsync();
        var (publisher, viewer) = await PlayAsync(pop, from, to);

        var before = await viewer.NumbersAsync();
        for (var second = 0; second < Seconds; second++)
        {
            await pop.ReshuffleAsync();
            await Task.Delay(TimeSpan.FromSeconds(1));
        }

        var after = await viewer.NumbersAsync();
        output.WriteLine(
            $"{after.Frames - before.Frames} pictures in {after.At - before.At:F0} ms"
        );
        Assert.Equal(before.Peers, after.Peers);
        Assert.Equal("udp", after.Protocol);
        Assert.Equal("udp", (await publisher.NumbersAsync()).Protocol);
        Assert.True(after.Frames > before.Frames + (Seconds * 10));
    }

    /// <summary>Where a site lets no UDP out, connections go to addresses of the edges' own, where no router moves them.</summary>
    [Fact]
    public async Task Chromium_UdpBlocked_PublishesAndPlaysOverTcp()
    {
        await using var pop = await EcmpPop.StartAsync(Edges, isIPv6: false);
        await pop.BlockUdpAsync();
        await using var chromium = await Chromium.StartAsync(pop.Site.Prefix);
        await using var from = await chromium.NewPageAsync();
        await using var to = await chromium.NewPageAsync();

        var (publisher, viewer) = await PlayAsync(pop, from, to);
        await pop.ReshuffleAsync();
        output.WriteLine(await Playing.ExpectAsync(publisher, viewer));

        Assert.Equal("tcp", (await publisher.NumbersAsync()).Protocol);
        Assert.Equal("tcp", (await viewer.NumbersAsync()).Protocol);
    }

    private async Task<(ConsolePage Publisher, ConsolePage Viewer)> PlayAsync(
        EcmpPop pop,
        IScriptedPage from,
        IScriptedPage to
    )
    {
        var began = Stopwatch.GetTimestamp();
        var publisher = await ConsolePage.OpenAsync(
            from,
            pop.Control.Url,
            "publish=cam&codec=VP8&simulcast=1&source=test&size=960x540"
        );
        await publisher.PublishAsync();
        var viewer = await ConsolePage.OpenAsync(to, pop.Control.Url, "watch=cam");
        await viewer.PressWatchAsync();
        output.WriteLine(await Playing.ExpectAsync(publisher, viewer));
        output.WriteLine($"{Stopwatch.GetElapsedTime(began).TotalSeconds:F1} s to here");
        return (publisher, viewer);
    }
}
