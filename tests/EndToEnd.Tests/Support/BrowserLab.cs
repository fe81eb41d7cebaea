using Anycast.Lab;
using Edge.Processes;
using EndToEnd.Tests.Browsers;

namespace EndToEnd.Tests.Support;

/// <summary>The lab of both PoPs with a Chromium at the clients' site, shared by tests that leave it as they found it.</summary>
public sealed class BrowserLab : IAsyncLifetime
{
    private int _streams;

    internal LabNetwork Network { get; private set; } = null!;

    internal Chromium Chromium { get; private set; } = null!;

    internal Uri Url => Network.First.Control.Url;

    /// <summary>A name that no other test uses.</summary>
    internal string NewStream() => $"stream-{Interlocked.Increment(ref _streams)}";

    /// <summary>The node of the first PoP that sends to a client's port: it has the session.</summary>
    internal async Task<LabNode> OwnerOfAsync(int port)
    {
        var nodes = Network.First.Nodes;
        var before = nodes.Select(node => node.Packets.SentTo(port)).ToArray();
        return (
            await Patience.UntilAsync(
                $"a node sends to port {port}",
                () => Task.FromResult(nodes.Zip(before).FirstOrDefault(HasSent).First),
                isEnough: node => node is not null
            )
        )!;

        bool HasSent((LabNode Node, long Before) each) =>
            each.Node.Packets.SentTo(port) > each.Before;
    }

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        Network = await LabNetwork.StartAsync();
        try
        {
            // The page is of another machine, and counts as secure only if it is said so.
            Chromium = await Chromium.StartAsync(
                Network.Site.Prefix,
                $"--unsafely-treat-insecure-origin-as-secure={Url.GetLeftPart(UriPartial.Authority)}"
            );
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
        if (Chromium is not null)
        {
            await Chromium.DisposeAsync();
        }

        if (Network is not null)
        {
            await Network.DisposeAsync();
        }
    }
}
