using System.Globalization;
using Edge.Processes;
using EndToEnd.Tests.Support;
using Microsoft.Playwright;

namespace EndToEnd.Tests.Browsers;

/// <summary>Debian's Chromium, headless, with a fake camera, driven by Playwright.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    private static readonly string[] Arguments =
    [
        .. ChromiumFlags.Quiet,
        "--allow-loopback-in-peer-connection",
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
    ];

    private readonly DirectoryInfo _scripts;
    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;
    private readonly string _mark;

    private Chromium(DirectoryInfo scripts, IPlaywright playwright, IBrowser browser, string mark)
    {
        _scripts = scripts;
        _playwright = playwright;
        _browser = browser;
        _mark = mark;
    }

    /// <summary>Starts one.</summary>
    public static Task<Chromium> StartAsync() => StartAsync(prefix: []);

    /// <summary>Starts one.</summary>
    /// <param name="prefix">A command that runs the program, for a network namespace.</param>
    /// <param name="arguments">What it is told beside what all are told.</param>
    public static async Task<Chromium> StartAsync(
        IReadOnlyList<string> prefix,
        params string[] arguments
    )
    {
        DebianPrograms.Require(DebianPrograms.Chromium);
        var mark = $"--edge-test={Guid.NewGuid():n}";
        var scripts = Directory.CreateTempSubdirectory("edge-chromium-");
        IPlaywright? playwright = null;
        try
        {
            playwright = await Playwright.CreateAsync();
            var browser = await playwright.Chromium.LaunchAsync(
                new BrowserTypeLaunchOptions
                {
                    ExecutablePath = await WriteStarterAsync(scripts, prefix),
                    Args = [.. Arguments, .. arguments, mark],
                    Timeout = Patience.LongestMs,
                }
            );
            return new Chromium(scripts, playwright, browser, mark);
        }
        catch
        {
            playwright?.Dispose();
            scripts.Delete(recursive: true);
            throw;
        }
    }

    /// <summary>A new page in a context of its own: no storage shared with other tests.</summary>
    public async Task<ChromiumPage> NewPageAsync()
    {
        var context = await _browser.NewContextAsync(
            new BrowserNewContextOptions
            {
                ViewportSize = new ViewportSize { Width = 1280, Height = 900 },
            }
        );
        context.SetDefaultTimeout(Patience.LongestMs);
        return new ChromiumPage(await context.NewPageAsync());
    }

    /// <summary>Ends the process as a crash does: nothing is said to anybody.</summary>
    public async Task KillAsync()
    {
        var disconnected = new TaskCompletionSource();
        _browser.Disconnected += (_, _) => disconnected.TrySetResult();
        foreach (var id in ProcessIds())
        {
            using var process = System.Diagnostics.Process.GetProcessById(id);
            process.Kill(entireProcessTree: true);
        }

        await disconnected.Task.WaitAsync(Patience.Longest);
    }

    /// <summary>Ends it.</summary>
    public async ValueTask DisposeAsync()
    {
        await _browser.CloseAsync();
        _playwright.Dispose();
        _scripts.Delete(recursive: true);
    }

    // Playwright starts a program by its path.
    private static async Task<string> WriteStarterAsync(
        DirectoryInfo folder,
        IReadOnlyList<string> prefix
    )
    {
        var path = Path.Combine(folder.FullName, "chromium");
        var command = string.Join(' ', [.. prefix, DebianPrograms.Chromium]);
        await File.WriteAllTextAsync(path, $"#!/bin/sh\nexec {command} \"$@\"\n");
        await ChildProcess.RunAsync("/bin/chmod", "+x", path);
        return path;
    }

    // Playwright does not tell; the mark is on the first process's command line only.
    private IEnumerable<int> ProcessIds()
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (
                int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id)
                && Path.Combine(folder, "cmdline") is var file
                && File.Exists(file)
                && ReadCommandLine(file) is var command
                && command.Contains(_mark, StringComparison.Ordinal)
                && !command.Contains("--type=", StringComparison.Ordinal)
            )
            {
                yield return id;
            }
        }
    }

    private static string ReadCommandLine(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (IOException)
        {
            return ""; // It ended in between.
        }
    }
}
