using Edge.Testing.Network;
using EndToEnd.Tests.Browsers;

namespace EndToEnd.Tests.Support;

/// <summary>A Chromium on a network of its own, behind an emulated link.</summary>
internal sealed class FarBrowser : IAsyncDisposable
{
    private readonly FarNetwork _network;

    private FarBrowser(FarNetwork network, Chromium browser)
    {
        _network = network;
        Browser = browser;
    }

    /// <summary>The browser.</summary>
    public Chromium Browser { get; }

    /// <summary>Starts one; its link is perfect at first.</summary>
    /// <param name="near">The network at the other end.</param>
    /// <param name="number">Which of those behind it.</param>
    /// <param name="arguments">What the browser is told.</param>
    public static async Task<FarBrowser> StartAsync(
        IsolatedNetwork near,
        int number,
        params string[] arguments
    )
    {
        var network = await FarNetwork.CreateAsync(near, number);
        try
        {
            return new FarBrowser(network, await Chromium.StartAsync(network.Prefix, arguments));
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    /// <summary>Changes both directions of its link alike.</summary>
    public void SetLink(LinkConditions conditions) => SetLink(conditions, conditions);

    /// <summary>Changes its link.</summary>
    /// <param name="down">What becomes of packets to the browser.</param>
    /// <param name="up">What becomes of packets from it.</param>
    public void SetLink(LinkConditions down, LinkConditions up) => _network.SetConditions(down, up);

    public async ValueTask DisposeAsync()
    {
        await Browser.DisposeAsync();
        await _network.DisposeAsync();
    }
}
