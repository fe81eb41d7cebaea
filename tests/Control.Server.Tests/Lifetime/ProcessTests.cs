using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Edge.Hosting.Lifetime;
using Edge.Testing;

namespace Control.Server.Tests.Lifetime;

/// <summary>The process itself: arguments, exit codes, banner, signals.</summary>
public sealed class ProcessTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("--help", "EDGE_HTTP")]
    [InlineData("--version", " (commit ")]
    public async Task Start_AskedForText_PrintsItAndExitsZero(string argument, string expected)
    {
        using var process = Start(argument);
        var text = await process.StandardOutput.ReadToEndAsync();
        Assert.Contains(expected, text, StringComparison.Ordinal);
        Assert.Equal(0, await ExitCodeAsync(process));
    }

    [Fact]
    public async Task Start_WrongSettings_ExitsTwoWithOneLineEach()
    {
        using var process = Start("", "EDGE_SHARDS=0", "EDGE_UNKNOWN=1", "EDGE_DRAIN_SECONDS=x");
        var lines = (await process.StandardError.ReadToEndAsync()).TrimEnd().Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.All(lines, line => Assert.StartsWith("EDGE_", line, StringComparison.Ordinal));
        Assert.Equal(ExitCode.WrongSettings, await ExitCodeAsync(process));
    }

    [Fact]
    public async Task Start_UnknownArgument_ExitsTwo()
    {
        using var process = Start("--wrong");
        Assert.Equal(ExitCode.WrongSettings, await ExitCodeAsync(process));
    }

    [Fact]
    public async Task Start_CertificateThatIsNone_ExitsTwo()
    {
        using var process = Start("", "EDGE_TLS_CERT=/etc/passwd", "EDGE_TLS_KEY=/etc/passwd");
        Assert.Contains(
            "EDGE_TLS_CERT",
            await process.StandardError.ReadToEndAsync(),
            StringComparison.Ordinal
        );
        Assert.Equal(ExitCode.WrongSettings, await ExitCodeAsync(process));
    }

    [Fact]
    public async Task Start_SettingsOfARunningProcess_ExitsOneAndNamesEachAddress()
    {
        using var first = Start("");
        string[] addresses =
        [
            "EDGE_HTTP=" + AddressIn(await ReadLineAsync(first, "Console")),
            "EDGE_MEDIA=" + AddressIn(await ReadLineAsync(first, "Media")),
            "EDGE_ADMIN=" + AddressIn(await ReadLineAsync(first, "Health")),
        ];
        using var second = Start("", addresses);
        var lines = (await second.StandardError.ReadToEndAsync()).TrimEnd().Split('\n');
        Assert.Equal(addresses.Length, lines.Length);
        foreach (var address in addresses)
        {
            var expected = address.Replace("=", ": ", StringComparison.Ordinal);
            Assert.Contains(lines, line => line.StartsWith(expected, StringComparison.Ordinal));
        }

        Assert.Equal(ExitCode.CannotStart, await ExitCodeAsync(second));
        await SignalAsync(first, "TERM");
        Assert.Equal(0, await ExitCodeAsync(first));
    }

    [Fact]
    public async Task Terminate_WithoutSessions_ExitsZero()
    {
        using var process = Start("");
        var url = await ReadUrlAsync(process);
        using var client = new HttpClient();
        using var response = await client.GetAsync(new Uri(url, "readyz"));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await SignalAsync(process, "TERM");
        Assert.Equal(0, await ExitCodeAsync(process));
    }

    [Fact]
    public async Task Terminate_WithASession_DrainsAndASecondOneExitsAtOnce()
    {
        using var process = Start("", "EDGE_DRAIN_SECONDS=3600");
        var url = await ReadUrlAsync(process);
        using var client = new HttpClient { BaseAddress = url };
        await PublishAsync(client);
        await SignalAsync(process, "TERM");
        await WaitForStatusAsync(client, "readyz", HttpStatusCode.ServiceUnavailable);
        Assert.False(process.HasExited);
        await SignalAsync(process, "TERM");
        Assert.Equal(128 + 15, await ExitCodeAsync(process));
    }

    [Fact]
    public async Task Terminate_LastSessionEnds_ExitsZeroBeforeTheDeadline()
    {
        using var process = Start("", "EDGE_DRAIN_SECONDS=3600");
        var url = await ReadUrlAsync(process);
        using var client = new HttpClient { BaseAddress = url };
        var session = await PublishAsync(client);
        await SignalAsync(process, "TERM");
        await WaitForStatusAsync(client, "readyz", HttpStatusCode.ServiceUnavailable);
        using var deleted = await client.DeleteAsync(session);
        Assert.Equal(HttpStatusCode.OK, deleted.StatusCode);
        Assert.Equal(0, await ExitCodeAsync(process));
    }

    /// <summary>Who reads events is told of the drain and its deadline, and a session of the API is waited
    /// for like any other.</summary>
    [Fact]
    public async Task Terminate_SessionOfTheApi_ReadersAreToldAndItIsWaitedFor()
    {
        using var process = Start(
            "",
            "EDGE_DRAIN_SECONDS=3600",
            "EDGE_LIMITS=sessionIdleMs=300000"
        );
        var url = await ReadUrlAsync(process);
        using var client = new HttpClient { BaseAddress = url };
        client.DefaultRequestHeaders.Authorization = new("Bearer", "dev-secret");
        using var made = await client.PostAsync("v1/apps/dev/sessions/new", content: null);
        using var answer = JsonDocument.Parse(await made.Content.ReadAsStringAsync());
        var id = answer.RootElement.GetProperty("sessionId").GetString();
        using var reader = new StreamReader(
            await client.GetStreamAsync($"v1/apps/dev/sessions/{id}/events")
        );
        using var limit = new CancellationTokenSource(Patience);
        Assert.Equal(": open", await reader.ReadLineAsync(limit.Token));

        await SignalAsync(process, "TERM");

        var line = "";
        while (!line!.StartsWith("data: ", StringComparison.Ordinal))
        {
            line = await reader.ReadLineAsync(limit.Token);
        }

        using var told = JsonDocument.Parse(line["data: ".Length..]);
        Assert.Equal("node.going_away", told.RootElement.GetProperty("type").GetString());
        Assert.Equal(id, told.RootElement.GetProperty("sessionId").GetString());
        var deadline = told.RootElement.GetProperty("deadline").GetDateTimeOffset();
        Assert.InRange(
            deadline - told.RootElement.GetProperty("at").GetDateTimeOffset(),
            TimeSpan.FromSeconds(3590),
            TimeSpan.FromSeconds(3610)
        );
        Assert.False(process.HasExited);
        using var deleted = await client.DeleteAsync($"v1/apps/dev/sessions/{id}");
        Assert.Equal(HttpStatusCode.OK, deleted.StatusCode);
        Assert.Equal(0, await ExitCodeAsync(process));
    }

    [Fact]
    public async Task Terminate_SessionStays_ExitsZeroAtTheDeadline()
    {
        using var process = Start("", "EDGE_DRAIN_SECONDS=1");
        var url = await ReadUrlAsync(process);
        using var client = new HttpClient { BaseAddress = url };
        await PublishAsync(client);
        await SignalAsync(process, "TERM");
        Assert.Equal(0, await ExitCodeAsync(process));
    }

    private static async Task<Uri> PublishAsync(HttpClient client)
    {
        var path = RepositoryRoot.Combine("tests/captures/webrtc/chrome156-offers.json");
        using var captures = JsonDocument.Parse(await File.ReadAllTextAsync(path));
        var offer = captures.RootElement.GetProperty("A").GetString()!;
        using var content = new StringContent(offer);
        content.Headers.ContentType = new("application/sdp");
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/apps/dev/whip/cam");
        request.Headers.Authorization = new("Bearer", "dev-secret");
        request.Content = content;
        using var response = await client.SendAsync(request);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        return response.Headers.Location!;
    }

    private static async Task WaitForStatusAsync(
        HttpClient client,
        string path,
        HttpStatusCode status
    )
    {
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            using var response = await client.GetAsync(path, limit.Token);
            if (response.StatusCode == status)
            {
                return;
            }

            await Task.Delay(20, limit.Token);
        }
    }

    private static Process Start(string argument, params string[] settings)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "control.dll");
        var start = new ProcessStartInfo("dotnet", $"exec \"{program}\" {argument}")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.ToArray())
        {
            if (name.StartsWith("EDGE_", StringComparison.Ordinal))
            {
                start.Environment.Remove(name);
            }
        }

        string[] defaults =
        [
            "EDGE_HTTP=127.0.0.1:0",
            "EDGE_ADMIN=127.0.0.1:0",
            "EDGE_MEDIA=127.0.0.1:0",
        ];
        foreach (var setting in defaults.Concat(settings))
        {
            var equals = setting.IndexOf('=', StringComparison.Ordinal);
            start.Environment[setting[..equals]] = setting[(equals + 1)..];
        }

        return Process.Start(start)!;
    }

    private static async Task<Uri> ReadUrlAsync(Process process) =>
        new($"http://{AddressIn(await ReadLineAsync(process, "Console"))}/");

    private static async Task<string> ReadLineAsync(Process process, string name)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (await process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
        {
            if (line.TrimStart().StartsWith(name, StringComparison.Ordinal))
            {
                return line;
            }
        }

        throw new InvalidOperationException("The process ended before its banner.");
    }

    private static string AddressIn(string line) =>
        line.Split(' ', '/').First(part => part.StartsWith("127.0.0.1:", StringComparison.Ordinal));

    private static async Task SignalAsync(Process process, string signal)
    {
        var id = process.Id.ToString(CultureInfo.InvariantCulture);
        using var kill = Process.Start("kill", [$"-{signal}", id]);
        await kill.WaitForExitAsync();
    }

    private static async Task<int> ExitCodeAsync(Process process)
    {
        using var limit = new CancellationTokenSource(Patience);
        await process.WaitForExitAsync(limit.Token);
        return process.ExitCode;
    }
}
