using System.Globalization;
using Edge.Processes;

namespace Terraform.Tests.Units;

/// <summary>Every process tells systemd what its unit counts on: ready, signs of life, the end.</summary>
public sealed class NotifyTests : IDisposable
{
    // A sign of life every 4 s: more than the half second in which threads without work turn.
    private const string WatchdogMicroseconds = "12000000";

    private readonly string _folder = Directory.CreateTempSubdirectory("edge-notify-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public Task Edge_Started_SaysReadyLivesAndEnds()
    {
        var key = Path.Combine(_folder, "pop.key");
        File.WriteAllText(key, new string('a', 64));
        return RunAsync(
            Programs.RequireEdge(),
            ("EDGE_ADMIN", "127.0.0.1:0"),
            ("EDGE_MEDIA", "127.0.0.1:0"),
            ("EDGE_LAN", Address(FreePorts.TcpAndUdp())),
            ("EDGE_PEERS", "c1=127.0.0.1:1"),
            ("EDGE_POP_KEY_FILE", key)
        );
    }

    [Fact]
    public Task Control_Started_SaysReadyLivesAndEnds() =>
        RunAsync(
            Programs.RequireControl(),
            ("EDGE_ADMIN", "127.0.0.1:0"),
            ("EDGE_HTTP", "127.0.0.1:0"),
            ("EDGE_MEDIA", "127.0.0.1:0")
        );

    [Fact]
    public Task Anycastd_Started_SaysReadyLivesAndEnds() =>
        RunAsync(
            Programs.RequireAnycastd(),
            ("EDGE_ADMIN", "127.0.0.1:0"),
            ("EDGE_ANYCAST_BIRD", Path.Combine(_folder, "bird.ctl"))
        );

    private async Task RunAsync(
        IReadOnlyList<string> command,
        params (string Name, string Value)[] settings
    )
    {
        using var socket = new NotifySocket(Path.Combine(_folder, "notify"));
        await using var process = ChildProcess.Start(
            command,
            [
                .. settings,
                ("NOTIFY_SOCKET", socket.Address),
                ("WATCHDOG_USEC", WatchdogMicroseconds),
            ]
        );
        await socket.UntilSaidAsync("READY=1");
        // Those after the first come only of a process that works.
        await Patience.UntilAsync(
            "three signs of life",
            () => Task.FromResult(socket.Count("WATCHDOG=1")),
            count => count >= 3
        );
        await process.SignalAsync("TERM");
        await socket.UntilSaidAsync("STOPPING=1");
        Assert.Equal(0, await process.EndInputAsync());
    }

    private static string Address(int port) =>
        string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
}
