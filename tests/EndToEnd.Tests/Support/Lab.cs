using Edge.Processes;
using EndToEnd.Tests.Browsers;

namespace EndToEnd.Tests.Support;

/// <summary>One running server and two browsers, shared by the tests; each test has streams, pages and
/// browser contexts of its own.</summary>
public sealed class Lab : IAsyncLifetime
{
    private int _streams;

    internal ControlProcess Control { get; private set; } = null!;

    internal Chromium Publisher { get; private set; } = null!;

    internal Chromium Viewer { get; private set; } = null!;

    /// <summary>A name that no other test uses.</summary>
    internal string NewStream() => $"stream-{Interlocked.Increment(ref _streams)}";

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        Control = await ControlProcess.StartAsync([]);
        Publisher = await Chromium.StartAsync();
        Viewer = await Chromium.StartAsync();
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (Viewer is not null)
        {
            await Viewer.DisposeAsync();
        }

        if (Publisher is not null)
        {
            await Publisher.DisposeAsync();
        }

        if (Control is not null)
        {
            await Control.DisposeAsync();
        }
    }
}
