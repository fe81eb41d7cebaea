using System.Net;
using Edge.Hosting.Lifetime;
using Edge.Processes;

namespace Edge.Host.Tests.Lifetime;

/// <summary>The process itself: arguments, exit codes, health, the ways to end it.</summary>
public sealed class ProcessTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("edge-host-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("--help", "EDGE_PEERS")]
    [InlineData("--version", " (commit ")]
    public async Task Start_AskedForText_PrintsItAndExitsZero(string argument, string expected)
    {
        await using var process = Start([argument]);
        Assert.Equal(ExitCode.Success, await process.EndInputAsync());
        Assert.Contains(expected, process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WrongSettings_ExitsTwoWithOneLineEach()
    {
        await using var process = Start([], ("EDGE_SHARDS", "0"), ("EDGE_UNKNOWN", "1"));
        Assert.Equal(ExitCode.WrongSettings, await process.EndInputAsync());
        var lines = process.Output.TrimEnd().Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.All(lines, line => Assert.StartsWith("EDGE_", line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("443", "/run/x", "EDGE_FRONT: '443' is not a list")]
    [InlineData("127.0.0.1:4443", "", "EDGE_FRONT_SOCKET: must be set")]
    [InlineData("0.0.0.0:4443", "/run/x", "EDGE_FRONT_ADVERTISE: must be set")]
    public async Task Start_WrongFront_ExitsTwoWithOneLine(
        string front,
        string socket,
        string expected
    )
    {
        await using var process = Start([], ("EDGE_FRONT", front), ("EDGE_FRONT_SOCKET", socket));
        Assert.Equal(ExitCode.WrongSettings, await process.EndInputAsync());
        var line = Assert.Single(process.Output.TrimEnd().Split('\n'));
        Assert.StartsWith(expected, line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_UnknownArgument_ExitsTwo()
    {
        await using var process = Start(["--lan"]);
        Assert.Equal(ExitCode.WrongSettings, await process.EndInputAsync());
    }

    /// <summary>One settings file serves control too; a variable that is control's is worth a warning.</summary>
    [Fact]
    public async Task Start_SettingsOfControl_OnlyThoseOfTheEnvironmentWarned()
    {
        var file = Path.Combine(_folder, "settings.json");
        await File.WriteAllTextAsync(file, """{"EDGE_HTTP":"0.0.0.0:80","EDGE_LOG":"Warning"}""");
        await using var process = Start(["--config", file], ("EDGE_TLS_CERT", "/none"));
        await ReadAdminUrlAsync(process);
        await UntilSaidAsync(process, "EDGE_TLS_CERT is set");
        Assert.DoesNotContain("EDGE_HTTP", process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_AddressesOfARunningProcess_ExitsOneAndNamesEach()
    {
        var lan = $"127.0.0.1:{FreePorts.TcpAndUdp()}";
        var media = $"127.0.0.1:{FreePorts.Udp()}";
        await using var first = Start([], ("EDGE_LAN", lan), ("EDGE_MEDIA", media));
        var admin = await ReadAdminUrlAsync(first);
        (string Name, string Value)[] taken =
        [
            ("EDGE_ADMIN", admin.Authority),
            ("EDGE_LAN", lan),
            ("EDGE_MEDIA", media),
        ];
        await using var second = Start([], taken);
        Assert.Equal(ExitCode.CannotStart, await second.EndInputAsync());
        var lines = second.Output.TrimEnd().Split('\n');
        Assert.Equal(taken.Length, lines.Length);
        foreach (var (name, value) in taken)
        {
            Assert.Contains(
                lines,
                line => line.StartsWith($"{name}: {value}", StringComparison.Ordinal)
            );
        }
    }

    [Fact]
    public async Task Drain_WithoutSessions_ExitsZero()
    {
        await using var process = Start([]);
        using var client = new HttpClient { BaseAddress = await ReadAdminUrlAsync(process) };
        Assert.StartsWith("ok\n", await client.GetStringAsync("healthz"), StringComparison.Ordinal);
        Assert.Equal("ready\n", await client.GetStringAsync("readyz"));
        using var unknown = await client.GetAsync("v1/limits");
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        using var drain = await client.PostAsync("drain", content: null);
        Assert.Equal(HttpStatusCode.Accepted, drain.StatusCode);
        Assert.Equal(ExitCode.Success, await process.EndInputAsync());
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task Signal_WithoutSessions_ExitsZero(string signal)
    {
        await using var process = Start([]);
        await ReadAdminUrlAsync(process);
        await process.SignalAsync(signal);
        Assert.Equal(ExitCode.Success, await process.EndInputAsync());
    }

    private ChildProcess Start(
        IReadOnlyList<string> arguments,
        params (string Name, string Value)[] settings
    )
    {
        var key = Path.Combine(_folder, "pop.key");
        File.WriteAllText(key, new string('a', 64));
        var program = Path.Combine(AppContext.BaseDirectory, "edge.dll");
        return ChildProcess.Start(
            ["dotnet", "exec", program, .. arguments],
            [
                ("EDGE_ADMIN", "127.0.0.1:0"),
                ("EDGE_MEDIA", "127.0.0.1:0"),
                ("EDGE_LAN", $"127.0.0.1:{FreePorts.TcpAndUdp()}"),
                ("EDGE_PEERS", "c1=127.0.0.1:1"),
                ("EDGE_POP_KEY_FILE", key),
                .. settings,
            ]
        );
    }

    private static async Task<Uri> ReadAdminUrlAsync(ChildProcess process)
    {
        await UntilSaidAsync(process, "Ctrl-C stops");
        var line = process
            .Output.Split('\n')
            .First(each => each.Contains("Health", StringComparison.Ordinal));
        return new Uri(
            new Uri(line[line.IndexOf("http", StringComparison.Ordinal)..].TrimEnd()),
            "/"
        );
    }

    private static Task UntilSaidAsync(ChildProcess process, string text) =>
        Patience.UntilAsync(
            $"the process says '{text}'",
            () => Task.FromResult(process.Output),
            output => output.Contains(text, StringComparison.Ordinal)
        );
}
