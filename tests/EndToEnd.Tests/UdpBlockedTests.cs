using EndToEnd.Tests.Browsers;
using EndToEnd.Tests.Support;
using Xunit.Abstractions;

namespace EndToEnd.Tests;

/// <summary>Browsers on a network that lets no UDP pass publish and play over TCP (RFC 6544).</summary>
[Trait("Category", "Browser")]
[Trait("Category", "Netns")]
public sealed class UdpBlockedTests(IsolatedLab lab, ITestOutputHelper output)
    : IClassFixture<IsolatedLab>,
        IAsyncLifetime
{
    private const string Tcp = "tcp";

    /// <inheritdoc/>
    public Task InitializeAsync() => lab.BlockUdpAsync();

    /// <inheritdoc/>
    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Chromium_Publishes_ChromiumPlays()
    {
        await using var from = await lab.Chromium.NewPageAsync();
        await using var to = await lab.Chromium.NewPageAsync();
        await PlayAsync(from, to, "source=test&size=960x540");
    }

    [Fact]
    public async Task Chromium_Publishes_FirefoxPlays()
    {
        await using var page = await lab.Chromium.NewPageAsync();
        await PlayAsync(page, lab.Firefox, "source=test&size=960x540");
        await lab.Firefox.LeaveAsync();
    }

    [Fact]
    public async Task Firefox_PublishesItsCamera_ChromiumPlays()
    {
        await using var page = await lab.Chromium.NewPageAsync();
        await PlayAsync(lab.Firefox, page, "source=camera");
        await lab.Firefox.LeaveAsync();
    }

    /// <summary>A firewall resets both connections: the browsers dial again, and the same sessions go on.</summary>
    [Fact]
    public async Task Chromium_ConnectionsReset_SameSessionsGoOn()
    {
        await using var from = await lab.Chromium.NewPageAsync();
        await using var to = await lab.Chromium.NewPageAsync();
        var (publisher, viewer) = await PlayAsync(from, to, "source=test&size=960x540");

        var reset = await lab.ResetConnectionsAsync();
        Assert.True(reset.Count >= 2, "There were fewer connections than browsers.");
        var before = await viewer.NumbersAsync();
        var after = await viewer.UntilAsync(
            "pictures go on after the reset",
            numbers => numbers.Frames >= before.Frames + 60
        );
        output.WriteLine($"60 pictures {after.At - before.At:F0} ms after the reset");
        Assert.Empty(reset.Intersect(await lab.ConnectionsAsync(), StringComparer.Ordinal));
        Assert.Equal(before.Peers, after.Peers);
        Assert.Equal(Tcp, after.Protocol);
        Assert.Equal(Tcp, (await publisher.NumbersAsync()).Protocol);
    }

    private async Task<(ConsolePage Publisher, ConsolePage Viewer)> PlayAsync(
        IScriptedPage from,
        IScriptedPage to,
        string parameters
    )
    {
        var stream = lab.NewStream();
        var publisher = await ConsolePage.OpenAsync(
            from,
            lab.Control.Url,
            $"publish={stream}&codec=VP8&simulcast=1&{parameters}"
        );
        await publisher.PublishAsync();
        var viewer = await ConsolePage.OpenAsync(to, lab.Control.Url, $"watch={stream}");
        await viewer.PressWatchAsync();
        output.WriteLine(await Playing.ExpectAsync(publisher, viewer));
        Assert.Equal(Tcp, (await publisher.NumbersAsync()).Protocol);
        Assert.Equal(Tcp, (await viewer.NumbersAsync()).Protocol);
        return (publisher, viewer);
    }
}
