using Edge.Processes;
using EndToEnd.Tests.Browsers;

namespace EndToEnd.Tests.Support;

/// <summary>A server on every address of a network of its own, with a Firefox and a Chromium.</summary>
public sealed class IsolatedLab : IAsyncLifetime
{
    private const int MediaPort = 7000;
    private const string Reset = "edge-reset";

    private IsolatedNetwork _network = null!;
    private int _streams;

    internal ControlProcess Control { get; private set; } = null!;

    internal Firefox Firefox { get; private set; } = null!;

    internal Chromium Chromium { get; private set; } = null!;

    /// <summary>A name that no other test uses.</summary>
    internal string NewStream() => $"stream-{Interlocked.Increment(ref _streams)}";

    /// <summary>Lets no UDP pass any more.</summary>
    internal Task BlockUdpAsync() => _network.FilterAsync("edge-no-udp", "meta l4proto udp drop");

    /// <summary>Answers whatever comes to the media port by TCP with a reset.</summary>
    internal Task ResetTcpAsync() =>
        _network.FilterAsync(Reset, $"tcp dport {MediaPort} reject with tcp reset");

    /// <summary>Lets TCP pass again.</summary>
    internal Task AllowTcpAsync() => _network.UnfilterAsync(Reset);

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
