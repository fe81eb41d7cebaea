using Edge.Processes;
using EndToEnd.Tests.Browsers;

namespace EndToEnd.Tests.Support;

/// <summary>A server on every address of a network of its own, with a Firefox and a Chromium.</summary>
public sealed class IsolatedLab : IAsyncLifetime
{
    private readonly DirectoryInfo _scripts = Directory.CreateTempSubdirectory("edge-netns-");
    private IsolatedNetwork _network = null!;
    private int _streams;

    internal ControlProcess Control { get; private set; } = null!;

    internal Firefox Firefox { get; private set; } = null!;

    internal Chromium Chromium { get; private set; } = null!;

    /// <summary>A name that no other test uses.</summary>
    internal string NewStream() => $"stream-{Interlocked.Increment(ref _streams)}";

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        _network = await IsolatedNetwork.CreateAsync();
        try
        {
            Control = await ControlProcess.StartAsync(
                _network.Prefix,
                ("EDGE_MEDIA", "0.0.0.0:0"),
                ("EDGE_ADVERTISE", IsolatedNetwork.Address),
                ("EDGE_STANDALONE", "1")
            );
            Firefox = await Firefox.StartAsync(_network.Prefix);
            Chromium = await Chromium.StartAsync(await WriteStarterAsync());
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

        _scripts.Delete(recursive: true);
    }

    // Playwright starts a program by its path.
    private async Task<string> WriteStarterAsync()
    {
        var path = Path.Combine(_scripts.FullName, "chromium");
        var command = string.Join(' ', [.. _network.Prefix, DebianPrograms.Chromium]);
        await File.WriteAllTextAsync(path, $"#!/bin/sh\nexec {command} \"$@\"\n");
        await ChildProcess.RunAsync("/bin/chmod", "+x", path);
        return path;
    }
}
