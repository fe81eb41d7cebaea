using Edge.Processes;
using EndToEnd.Tests.Browsers;

namespace EndToEnd.Tests.Support;

/// <summary>A server on a network of its own with a Chromium beside it, and Chromiums behind emulated
/// links.</summary>
internal sealed class LinkLab : IAsyncDisposable
{
    private readonly List<FarBrowser> _far = [];
    private IsolatedNetwork _network = null!;

    /// <summary>The server.</summary>
    public ControlProcess Control { get; private set; } = null!;

    /// <summary>The browser beside it: nothing is between them.</summary>
    public Chromium Near { get; private set; } = null!;

    /// <summary>The browsers behind links, in the order of their numbers.</summary>
    public IReadOnlyList<FarBrowser> Far => _far;

    // Pages of other machines have a camera only where their address counts as secure.
    private string Secure =>
        $"--unsafely-treat-insecure-origin-as-secure={Control.Url.GetLeftPart(UriPartial.Authority)}";

    /// <summary>Starts it.</summary>
    /// <param name="far">How many browsers behind links; these are perfect at first.</param>
    /// <param name="arguments">What all browsers are told beside what they always are.</param>
    public static async Task<LinkLab> StartAsync(int far, params string[] arguments)
    {
        var lab = new LinkLab();
        try
        {
            await lab.RunAsync(far, arguments);
            return lab;
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var browser in _far)
        {
            await browser.DisposeAsync();
        }

        if (Near is not null)
        {
            await Near.DisposeAsync();
        }

        if (Control is not null)
        {
            await Control.DisposeAsync();
        }

        if (_network is not null)
        {
            await _network.DisposeAsync();
        }
    }

    private async Task RunAsync(int far, string[] arguments)
    {
        _network = await IsolatedNetwork.CreateAsync();
        Control = await ControlProcess.StartAsync(
            _network.Prefix,
            ("EDGE_HTTP", $"{IsolatedNetwork.Address}:0"),
            ("EDGE_PLAIN_HTTP", "1"),
            ("EDGE_MEDIA", "0.0.0.0:0"),
            ("EDGE_ADVERTISE", IsolatedNetwork.Address),
            ("EDGE_STANDALONE", "1")
        );
        Near = await Chromium.StartAsync(_network.Prefix, [Secure, .. arguments]);
        for (var number = 1; number <= far; number++)
        {
            _far.Add(await FarBrowser.StartAsync(_network, number, [Secure, .. arguments]));
        }
    }
}
