using System.Diagnostics;
using Anycast.Lab;
using EndToEnd.Tests.Browsers;
using EndToEnd.Tests.Support;
using Xunit.Abstractions;

namespace EndToEnd.Tests;

/// <summary>Chromium publishes to and plays from two PoPs of three nodes behind routers with BIRD and BFD, as ./lab.sh starts
/// them, while nodes drain and routes flip.</summary>
[Trait("Category", "Netns")]
[Trait("Category", "Browser")]
public sealed class LabTests(BrowserLab lab, ITestOutputHelper output)
    : IClassFixture<BrowserLab>,
        IAsyncLifetime
{
    /// <summary>Pictures that show that media flows. Chosen: five seconds.</summary>
    private const int Pictures = 150;

    /// <summary>What people notice, beside what the machine costs anyway.</summary>
    private static readonly TimeSpan StillMax = TimeSpan.FromSeconds(1);

    /// <summary>A check of consent comes at least every five seconds or so (RFC 7675 §5.1), and tells the way.</summary>
    private static readonly TimeSpan FlipMax = TimeSpan.FromSeconds(10);

    private LabNetwork Network => lab.Network;

    /// <inheritdoc/>
    public Task InitializeAsync() => Task.CompletedTask;

    /// <summary>All passes again, and comes to the first PoP.</summary>
    public async Task DisposeAsync()
    {
        await Network.AllowAsync();
        await Network.RouteToAsync(Network.First);
    }

    /// <summary>With only one family left, that is what it takes.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Chromium_ByUdp_PublishesAndPlays(bool isIPv6)
    {
        await (isIPv6 ? Network.BlockIPv4Async() : Network.BlockIPv6Async());
        await using var call = await PlayAsync();
        await ExpectAsync(call, "udp", isIPv6 ? LabPlan.Anycast6 : LabPlan.Anycast4);
    }

    /// <summary>Over TCP it speaks with a node's own address.</summary>
    [Fact]
    public async Task Chromium_UdpBlocked_PublishesAndPlaysByTcp()
    {
        await Network.BlockUdpAsync();
        await using var call = await PlayAsync();
        await ExpectAsync(call, "tcp", [.. Network.First.Nodes.Select(node => node.Address4)]);
    }

    /// <summary>The node of the publisher's session, or of the player's, drains: browsers notice nothing.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Chromium_ItsNodeDrains_PicturesGoOn(bool isPublishers)
    {
        await using var call = await PlayAsync();
        var side = isPublishers ? call.Publisher : call.Player;
        var port = (await side.Console.NumbersAsync()).LocalPort;
        var node = await lab.OwnerOfAsync(port);
        var watch = await WatchAsync(call);

        var began = Stopwatch.GetTimestamp();
        await node.DrainAsync();
        try
        {
            Assert.Equal(0, await node.EdgeEndAsync());
            output.WriteLine(
                $"{node.Name} ended {Stopwatch.GetElapsedTime(began).TotalSeconds:F1} s after it was told to"
            );
            await UntilMoreAsync(call);
            var heir = await lab.OwnerOfAsync(port);
            output.WriteLine($"the session is at {heir.Name}");
            Assert.NotEqual(node, heir);
            await AssertUnnoticedAsync(call, watch, StillMax + watch.Quiet);
        }
        finally
        {
            await node.StartEdgeAsync();
            await Network.First.UntilSpreadAsync();
        }
    }

    /// <summary>The site's packets come to the other PoP, and back: what is published stands still until the next check of
    /// consent, and the session stays.</summary>
    [Fact]
    public async Task Chromium_RouteFlipsToTheOtherPopAndBack_SameSessionGoesOn()
    {
        await using var call = await PlayAsync();
        var port = (await call.Publisher.Console.NumbersAsync()).LocalPort;
        foreach (var pop in new[] { Network.Second, Network.First })
        {
            var watch = await WatchAsync(call);
            var before = pop.Nodes.Sum(node => node.Packets.CameFrom(port));
            await Network.RouteToAsync(pop);
            output.WriteLine($"to {pop.Name}:");
            await UntilMoreAsync(call);
            Assert.True(pop.Nodes.Sum(node => node.Packets.CameFrom(port)) > before);
            await AssertUnnoticedAsync(call, watch, FlipMax + watch.Quiet);
        }
    }

    private async Task<Call> PlayAsync()
    {
        var began = Stopwatch.GetTimestamp();
        var stream = lab.NewStream();
        var call = new Call(
            await OpenAsync($"publish={stream}&codec=VP8&source=test&size=640x360"),
            await OpenAsync($"watch={stream}")
        );
        await call.Publisher.Console.PublishAsync();
        await call.Player.Console.PressWatchAsync();
        output.WriteLine(await Playing.ExpectAsync(call.Publisher.Console, call.Player.Console));
        output.WriteLine($"{Stopwatch.GetElapsedTime(began).TotalSeconds:F1} s to here");
        return call;
    }

    private async Task<Side> OpenAsync(string parameters)
    {
        var page = await lab.Chromium.NewPageAsync();
        var states = await ConnectionLog.StartAsync(page);
        var pictures = await PictureLog.StartAsync(page);
        return new Side(
            page,
            await ConsolePage.OpenAsync(page, lab.Url, parameters),
            states,
            pictures
        );
    }

    private static async Task ExpectAsync(Call call, string protocol, params string[] addresses)
    {
        foreach (var side in call.Sides)
        {
            var numbers = await side.Console.NumbersAsync();
            Assert.Equal(protocol, numbers.Protocol);
            Assert.Contains(numbers.RemoteAddress, addresses, StringComparer.Ordinal);
        }
    }

    private static async Task UntilMoreAsync(Call call)
    {
        var before = await call.Player.Console.NumbersAsync();
        await call.Player.Console.UntilAsync(
            "pictures go on",
            numbers => numbers.Frames >= before.Frames + Pictures
        );
    }

    /// <summary>Looks for five seconds how long pictures stand still anyway, and what has happened so far.</summary>
    private async Task<Watch> WatchAsync(Call call)
    {
        var begin = await call.Player.Pictures.NowAsync();
        await UntilMoreAsync(call);
        var quiet = await call.Player.Pictures.LongestStillAsync(begin);
        foreach (var side in call.Sides)
        {
            // The log notes what is looked for below.
            var seen = (await side.States.ReadAsync()).Select(change => change.What).ToArray();
            Assert.Contains("ice connected", seen, StringComparer.Ordinal);
            Assert.Contains("dtls connected", seen, StringComparer.Ordinal);
            Assert.Contains("connection connected", seen, StringComparer.Ordinal);
        }

        var handshakes = await Network.CountHandshakesAsync();
        Assert.True(handshakes > 0, "The first handshakes were not counted.");
        return new Watch(
            await call.Player.Pictures.NowAsync(),
            quiet,
            handshakes,
            (await call.Publisher.Console.NumbersAsync()).Peers
                + (await call.Player.Console.NumbersAsync()).Peers
        );
    }

    private async Task AssertUnnoticedAsync(Call call, Watch watch, TimeSpan stillMax)
    {
        var still = await call.Player.Pictures.LongestStillAsync(watch.Since);
        output.WriteLine(
            $"pictures stood still for {still.TotalMilliseconds:F0} ms at the longest, {watch.Quiet.TotalMilliseconds:F0} ms before"
        );
        foreach (var side in call.Sides)
        {
            Assert.DoesNotContain(
                await side.States.ReadAsync(),
                change => change.At >= watch.Since
            );
        }

        Assert.Equal(watch.Handshakes, await Network.CountHandshakesAsync());
        Assert.Equal(
            watch.Peers,
            (await call.Publisher.Console.NumbersAsync()).Peers
                + (await call.Player.Console.NumbersAsync()).Peers
        );
        Assert.InRange(still, TimeSpan.Zero, stillMax);
    }

    /// <summary>What was so before.</summary>
    private sealed record Watch(double Since, TimeSpan Quiet, long Handshakes, int Peers);

    /// <summary>A page that publishes or plays.</summary>
    private sealed record Side(
        ChromiumPage Page,
        ConsolePage Console,
        ConnectionLog States,
        PictureLog Pictures
    );

    private sealed record Call(Side Publisher, Side Player) : IAsyncDisposable
    {
        public Side[] Sides => [Publisher, Player];

        public async ValueTask DisposeAsync()
        {
            await Player.Page.DisposeAsync();
            await Publisher.Page.DisposeAsync();
        }
    }
}
