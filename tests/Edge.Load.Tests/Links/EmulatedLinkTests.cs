using System.Globalization;
using Edge.Processes;
using Edge.Processes.Links;
using Edge.Testing.Network;
using Xunit;

namespace Edge.Load.Tests.Links;

/// <summary>The link as the kernel's TCP sees it, between two network namespaces.</summary>
[Trait("Category", "Netns")]
public sealed class EmulatedLinkTests
{
    private const int DelayMs = 40;

    /// <summary>A port where nobody listens refuses after one round trip: SYN there, RST back.</summary>
    [Fact]
    public async Task Open_Delay_ConnectionIsRefusedAfterARoundTrip()
    {
        using var link = EmulatedLink.Open(
            $"left{Environment.ProcessId}",
            $"right{Environment.ProcessId}",
            new LinkConditions { Delay = TimeSpan.FromMilliseconds(DelayMs) },
            seed: 1
        );
        await using var left = await Side.CreateAsync("left", "192.0.2.1", "192.0.2.2");
        await using var right = await Side.CreateAsync("right", "192.0.2.2", "192.0.2.1");

        var waitedMs = await left.RefusedAfterAsync("192.0.2.2");

        Assert.InRange(waitedMs, 2 * DelayMs, 60_000);
        link.Stop();
        Assert.Equal(2, link.Stats.Delivered);
        Assert.Equal(0, link.Stats.Lost);
    }

    /// <summary>A namespace with one end of the link.</summary>
    private sealed class Side : IAsyncDisposable
    {
        private readonly string _name;

        private Side(string name) => _name = name;

        public static async Task<Side> CreateAsync(string device, string own, string other)
        {
            var name = $"{device}{Environment.ProcessId}";
            await IpAsync("netns", "add", name);
            var side = new Side(name);
            // Else IPv6 says hello to nobody, which counts as a packet.
            await side.RunAsync("echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6");
            await IpAsync("link", "set", name, "netns", name);
            await IpAsync("-n", name, "address", "add", own, "peer", other, "dev", name);
            await side.RunAsync($"echo 1 >/proc/sys/net/ipv6/conf/{name}/disable_ipv6");
            await IpAsync("-n", name, "link", "set", name, "up");
            return side;
        }

        /// <summary>Milliseconds until a connection to a closed port fails.</summary>
        public async Task<double> RefusedAfterAsync(string address)
        {
            await using var shell = Start(
                $"start=$EPOCHREALTIME; ! 2>/dev/null >/dev/tcp/{address}/9 && echo $start $EPOCHREALTIME"
            );
            await shell.EndInputAsync();
            var times = shell
                .LastLine.Split(' ')
                .Select(text => double.Parse(text, CultureInfo.InvariantCulture))
                .ToArray();
            return (times[1] - times[0]) * 1000;
        }

        public async ValueTask DisposeAsync() => await IpAsync("netns", "delete", _name);

        private static Task IpAsync(params string[] arguments) =>
            ChildProcess.RunAsync(["ip", .. arguments]);

        private Task RunAsync(string script) => ChildProcess.RunAsync(Command(script));

        private ChildProcess Start(string script) => ChildProcess.Start(Command(script));

        private string[] Command(string script) =>
            ["ip", "netns", "exec", _name, "bash", "-c", script];
    }
}
