using System.Globalization;
using System.Text.Json.Nodes;
using Edge.Processes;
using EndToEnd.Tests.Support;

namespace EndToEnd.Tests.Browsers;

/// <summary>Debian's Firefox, headless, with one tab. Playwright drives its own build of Firefox only, so
/// this one is driven by Marionette.</summary>
internal sealed class Firefox : IScriptedPage, IAsyncDisposable
{
    private const string Preferences = """
        user_pref("app.update.disabledForTesting", true);
        user_pref("browser.shell.checkDefaultBrowser", false);
        user_pref("browser.startup.homepage", "about:blank");
        user_pref("datareporting.policy.dataSubmissionEnabled", false);
        user_pref("marionette.port", 0);
        user_pref("media.autoplay.default", 0);
        user_pref("media.autoplay.blocking_policy", 0);
        user_pref("media.gmp-manager.updateEnabled", false);
        user_pref("media.navigator.permission.disabled", true);
        user_pref("media.navigator.streams.fake", true);
        user_pref("network.captive-portal-service.enabled", false);
        user_pref("network.connectivity-service.enabled", false);
        user_pref("services.settings.server", "data:,#remote-settings-dummy/v1");
        user_pref("toolkit.telemetry.reportingpolicy.firstRun", false);
        """;

    private readonly ChildProcess _process;
    private readonly MarionetteLink _link;
    private readonly DirectoryInfo _profile;

    private Firefox(ChildProcess process, MarionetteLink link, DirectoryInfo profile)
    {
        _process = process;
        _link = link;
        _profile = profile;
    }

    /// <summary>Starts one in a network namespace: Firefox takes no loopback candidates.</summary>
    public static async Task<Firefox> StartAsync(IReadOnlyList<string> prefix)
    {
        var profile = Directory.CreateTempSubdirectory("edge-firefox-");
        await File.WriteAllTextAsync(Path.Combine(profile.FullName, "user.js"), Preferences);
        var process = ChildProcess.Start(
            [
                .. prefix,
                DebianPrograms.Require(DebianPrograms.Firefox),
                "--headless",
                "--marionette",
                "--no-remote",
                "--profile",
                profile.FullName,
            ],
            ("HOME", profile.FullName),
            ("MOZ_CRASHREPORTER_DISABLE", "1")
        );
        try
        {
            var file = Path.Combine(profile.FullName, "MarionetteActivePort");
            var port = await Patience.UntilAsync(
                $"Firefox listens",
                async () => File.Exists(file) ? await File.ReadAllTextAsync(file) : "",
                text => text.Length > 0
            );
            var number = int.Parse(port, CultureInfo.InvariantCulture);
            return new Firefox(process, await MarionetteLink.OpenAsync(prefix, number), profile);
        }
        catch
        {
            await process.DisposeAsync();
            profile.Delete(recursive: true);
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task GoAsync(Uri address)
    {
        // A change of the fragment alone would keep the page and its connections.
        await NavigateAsync("about:blank");
        await NavigateAsync(address.ToString());
    }

    /// <summary>Leaves the page, which ends its sessions.</summary>
    public Task LeaveAsync() => NavigateAsync("about:blank");

    /// <inheritdoc/>
    public async Task ClickAsync(string id)
    {
        var found = await _link.SendAsync(
            "WebDriver:FindElement",
            new JsonObject { ["using"] = "css selector", ["value"] = $"#{id}" }
        );
        var (_, element) = found!["value"]!.AsObject().First();
        await _link.SendAsync(
            "WebDriver:ElementClick",
            new JsonObject { ["id"] = element!.GetValue<string>() }
        );
    }

    /// <inheritdoc/>
    public async Task<string> EvaluateAsync(string expression)
    {
        var script = $$"""
            const done = arguments[arguments.length - 1];
            (async () => JSON.stringify((await ({{expression}})) ?? null))().then(
              (text) => done({ text }),
              (error) => done({ error: String(error) }));
            """;
        var result = await _link.SendAsync(
            "WebDriver:ExecuteAsyncScript",
            new JsonObject
            {
                ["script"] = script,
                ["args"] = new JsonArray(),
                ["newSandbox"] = false,
            }
        );
        var value = result!["value"]!;
        return value["text"]?.GetValue<string>()
            ?? throw new InvalidOperationException(value["error"]?.GetValue<string>());
    }

    /// <summary>Ends it.</summary>
    public async ValueTask DisposeAsync()
    {
        _link.Dispose();
        await _process.DisposeAsync();
        try
        {
            _profile.Delete(recursive: true);
        }
        catch (IOException)
        {
            // One of its processes still writes; the system clears its temporary folder.
        }
    }

    private Task NavigateAsync(string address) =>
        _link.SendAsync("WebDriver:Navigate", new JsonObject { ["url"] = address });
}
