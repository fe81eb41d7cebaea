using Edge.Processes;
using EndToEnd.Tests.Browsers;

namespace EndToEnd.Tests.Support;

/// <summary>A server on every address of a network of its own, with a Firefox and a Chromium.</summary>
public sealed class IsolatedLab : IAsyncLifetime
{
    private const int MediaPort = 7000;

    private IsolatedNetwork _network = null!;
    private int _streams;

    internal ControlProcess Control { get; private set; } = null!;

    internal Firefox Firefox { get; private set; } = null!;

    internal Chromium Chromium { get; private set; } = null!;

    /// <summary>A name that no other test uses.</summary>
    internal string NewStream() => $"stream-{Interlocked.Increment(ref _streams)}";

    /// <summary>Lets no UDP pass any more.</summary>
    internal Task BlockUdpAsync() => _network.BlockUdpAsync();

    /// <summary>The far ends of the connections to the media port.</summary>
    internal Task<IReadOnlySet<string>> ConnectionsAsync() =>
        _network.ConnectionsAsync(MediaPort, isReset: false);

    /// <summary>Resets them, as a firewall does; returns which they were.</summary>
    internal Task<IReadOnlySet<string>> ResetConnectionsAsync() =>
        _network.ConnectionsAsync(MediaPort, isReset: true);

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        _network = await IsolatedNetwork.CreateAsync();
        try
        {
            Control = await ControlProcess.StartAsync(
                _network.Prefix,
                ("EDGE_MEDIA", $"0.0.0.0:{MediaPort}"),
                ("EDGE_ADVERTISE", IsolatedNetwork.Address),
                ("EDGE_STANDALONE", "1")
            );
            Firefox = await Firefox.StartAsync(_network.Prefix);
            Chromium = await Chromium.StartAsync(_network.Prefix);
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

        if (Firefox is not null)
        {
            await Firefox.DisposeAsync();
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
}
