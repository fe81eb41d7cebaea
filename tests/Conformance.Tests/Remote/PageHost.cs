using System.Text.Json;
using Edge.Processes;
using Edge.Testing;
using Microsoft.Playwright;

namespace Conformance.Tests.Remote;

/// <summary>A page of Debian's Chromium, headless, with peers of the browser's own.</summary>
internal sealed class PageHost : IPeerHost
{
    private const string Chromium = "/usr/bin/chromium";

    // What is seen is a canvas: a camera would want a secure origin.
    private const string Platform = """
        globalThis.host = createPeerHost({
          create: (configuration) => new RTCPeerConnection(configuration),
          makeTrack: async () => {
            const canvas = document.createElement("canvas");
            canvas.width = 320;
            canvas.height = 240;
            const context = canvas.getContext("2d");
            let frame = 0;
            setInterval(() => {
              context.fillStyle = `hsl(${(frame++ * 5) % 360} 80% 50%)`;
              context.fillRect(0, 0, canvas.width, canvas.height);
            }, 1000 / 15);
            return canvas.captureStream(15).getVideoTracks()[0];
          },
          watchTrack: (track, onFrame) => {
            const video = document.createElement("video");
            video.muted = true;
            video.autoplay = true;
            video.srcObject = new MediaStream([track]);
            document.body.append(video);
            const next = () => video.requestVideoFrameCallback(() => { onFrame(); next(); });
            next();
          },
          fetch: (url, options) => fetch(url, options),
        });
        """;

    private readonly DirectoryInfo _files = Directory.CreateTempSubdirectory("edge-page-");
    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private IPage _page = null!;

    private PageHost() { }

    /// <summary>Starts a browser and opens a page.</summary>
    /// <param name="page">Of the server under test, for its origin only.</param>
    /// <param name="prefix">A command that runs the browser, for a network namespace.</param>
    public static async Task<PageHost> StartAsync(Uri page, IReadOnlyList<string> prefix)
    {
        var host = new PageHost();
        try
        {
            await host.OpenAsync(page, prefix);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task<JsonElement> AskAsync(string operation, string args)
    {
        try
        {
            var name = JsonSerializer.Serialize(operation);
            var text = await _page
                .EvaluateAsync<string>($"async () => JSON.stringify(await host({name}, {args}))")
                .WaitAsync(Patience.Longest);
            using var result = JsonDocument.Parse(text);
            return result.RootElement.Clone();
        }
        catch (PlaywrightException exception)
        {
            throw new InvalidOperationException($"{operation}: {exception.Message}", exception);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.CloseAsync();
        }

        _playwright?.Dispose();
        _files.Delete(recursive: true);
    }

    private async Task OpenAsync(Uri page, IReadOnlyList<string> prefix)
    {
        _ = Programs.Require(Chromium, "apt-get install -y --no-install-recommends chromium");
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(
            new BrowserTypeLaunchOptions
            {
                ExecutablePath = await WriteStarterAsync(prefix),
                Args = ChromiumFlags.Quiet,
                Timeout = Patience.LongestMs,
            }
        );
        _page = await _browser.NewPageAsync();
        await _page.AddInitScriptAsync(
            scriptPath: RepositoryRoot.Combine("tests/Interop.Tests/node/peers.js")
        );
        await _page.GotoAsync(page.ToString());
        await _page.EvaluateAsync($"() => {{ {Platform} }}");
    }

    // Playwright starts a program by its path.
    private async Task<string> WriteStarterAsync(IReadOnlyList<string> prefix)
    {
        var path = Path.Combine(_files.FullName, "chromium");
        var command = string.Join(' ', [.. prefix, Chromium]);
        await File.WriteAllTextAsync(path, $"#!/bin/sh\nexec {command} \"$@\"\n");
        await ChildProcess.RunAsync("/bin/chmod", "+x", path);
        return path;
    }
}
