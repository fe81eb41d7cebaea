using EndToEnd.Tests.Browsers;
using EndToEnd.Tests.Support;
using Xunit.Abstractions;

namespace EndToEnd.Tests;

/// <summary>Browsers on a network that lets nothing pass but TCP to port 443: the page, the API and media come in there.</summary>
[Trait("Category", "Browser")]
[Trait("Category", "Netns")]
public sealed class OnePortTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int MediaPort = 7000;

    private OnePortLab _lab = null!;

    /// <inheritdoc/>
    public async Task InitializeAsync() =>
        _lab = await OnePortLab.StartAsync(
            ("EDGE_MEDIA", $"{IsolatedNetwork.PublicAddress}:{MediaPort}")
        );

    /// <inheritdoc/>
    public async Task DisposeAsync() => await _lab.DisposeAsync();

    [Fact]
    public async Task Chromium_AllButTcp443Blocked_PublishesAndPlays()
    {
        await using var from = await _lab.Chromium.NewPageAsync();
        await using var to = await _lab.Chromium.NewPageAsync();
        await PlayAsync(from, to);
    }

    [Fact]
    public async Task Firefox_AllButTcp443Blocked_Plays()
    {
        await using var from = await _lab.Chromium.NewPageAsync();
        await using var to = await Firefox.StartAsync(_lab.Network.Prefix);
        await PlayAsync(from, to);
    }

    private async Task PlayAsync(IScriptedPage from, IScriptedPage to)
    {
        var (_, figures) = await _lab.PlayAsync(from, to, "simulcast=1&size=960x540");
        output.WriteLine(figures);
        var connections = await _lab.Network.ConnectionsAsync(OnePortLab.FrontPort, isReset: false);
        output.WriteLine($"{connections.Count} connections to port {OnePortLab.FrontPort}");
        Assert.Empty(await _lab.Network.ConnectionsAsync(MediaPort, isReset: false));
    }
}
