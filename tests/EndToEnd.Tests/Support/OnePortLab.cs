using System.Net;
using Edge.Processes;
using EndToEnd.Tests.Browsers;

namespace EndToEnd.Tests.Support;

/// <summary>A PoP with a front, and a Chromium, on a network that lets nothing pass but TCP to the front's port.</summary>
internal sealed class OnePortLab : IAsyncDisposable
{
    /// <summary>The port.</summary>
    public const int FrontPort = 443;

    private FrontPop? _pop;
    private Chromium? _chromium;

    private OnePortLab(IsolatedNetwork network)
    {
        Network = network;
    }

    /// <summary>The network.</summary>
    public IsolatedNetwork Network { get; }

    /// <summary>The PoP.</summary>
    public FrontPop Pop => _pop!;

    /// <summary>The browser.</summary>
    public Chromium Chromium => _chromium!;

    /// <summary>Starts one.</summary>
    /// <param name="settings">Where the edge takes media beside the front.</param>
    public static async Task<OnePortLab> StartAsync(params (string, string)[] settings)
    {
        var lab = new OnePortLab(await IsolatedNetwork.CreateAsync());
        try
        {
            await lab.Network.BlockAllButTcpAsync(FrontPort);
            lab._pop = await FrontPop.StartAsync(
                lab.Network.Prefix,
                new IPEndPoint(IPAddress.Parse(IsolatedNetwork.PublicAddress), FrontPort),
                settings
            );
            // The certificate is made for this test, and no authority knows it.
            lab._chromium = await Chromium.StartAsync(
                lab.Network.Prefix,
                "--ignore-certificate-errors"
            );
            return lab;
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }
    }

    /// <summary>Publishes in one page and plays in another; both are ready when it returns.</summary>
    /// <param name="from">The publisher's page.</param>
    /// <param name="to">The viewer's.</param>
    /// <param name="picture">How it is published.</param>
    /// <returns>The viewer, and a line for the log.</returns>
    public async Task<(ConsolePage Viewer, string Figures)> PlayAsync(
        IScriptedPage from,
        IScriptedPage to,
        string picture
    )
    {
        await UntilReadyAsync(from);
        var publisher = await ConsolePage.OpenAsync(
            from,
            Pop.Url,
            $"publish=cam&codec=VP8&source=test&{picture}"
        );
        await publisher.PublishAsync();
        var viewer = await ConsolePage.OpenAsync(to, Pop.Url, "watch=cam");
        await viewer.PressWatchAsync();
        var figures = await Playing.ExpectAsync(publisher, viewer);
        Assert.Equal("tcp", (await publisher.NumbersAsync()).Protocol);
        Assert.Equal("tcp", (await viewer.NumbersAsync()).Protocol);
        return (viewer, figures);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_chromium is not null)
        {
            await _chromium.DisposeAsync();
        }

        if (_pop is not null)
        {
            await _pop.DisposeAsync();
        }

        await Network.DisposeAsync();
    }

    /// <summary>Asked by the page: nobody outside its network reaches the front.</summary>
    private Task UntilReadyAsync(IScriptedPage page) =>
        Patience.UntilAsync(
            "the page says that sessions are taken",
            async () =>
            {
                await page.GoAsync(new Uri(Pop.Url, "readyz"));
                return await page.EvaluateAsync("document.body.innerText");
            },
            text => text.StartsWith("\"ready", StringComparison.Ordinal)
        );
}
