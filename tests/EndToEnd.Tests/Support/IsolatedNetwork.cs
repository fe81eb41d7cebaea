using Edge.Processes;
using Edge.Processes.Links;

namespace EndToEnd.Tests.Support;

/// <summary>A network namespace of our own with one address that is not loopback, and no way out.</summary>
internal sealed class IsolatedNetwork : IAsyncDisposable
{
    /// <summary>Its address.</summary>
    public const string Address = "10.99.0.1";

    /// <summary>Another one, which is public by its number (RFC 5737): browsers take candidates with ports below 1024 at such
    /// only.</summary>
    public const string PublicAddress = "203.0.113.1";

    private readonly string _name;

    private IsolatedNetwork(string name) => _name = name;

    /// <summary>Its name among the namespaces of the machine.</summary>
    public string Name => _name;

    /// <summary>What stands before a command that is to run in it.</summary>
    public IReadOnlyList<string> Prefix => [DebianPrograms.Ip, "netns", "exec", _name];

    /// <summary>Makes one.</summary>
    public static async Task<IsolatedNetwork> CreateAsync()
    {
        DebianPrograms.Require(DebianPrograms.Ip);
        var network = new IsolatedNetwork($"edge-e2e-{Environment.ProcessId}");
        await RunAsync("netns", "add", network._name);
        try
        {
            await network.RunInsideAsync("link", "set", "lo", "up");
            await NetworkSpace.UseAddressesAtOnceAsync(network._name);
            // Both ends stay inside. Browsers look for the address of the default route.
            await network.RunInsideAsync([
                "link",
                "add",
                "edge0",
                "type",
                "veth",
                "peer",
                "name",
                "edge1",
            ]);
            await network.RunInsideAsync("address", "add", $"{Address}/24", "dev", "edge0");
            await network.RunInsideAsync("address", "add", PublicAddress, "dev", "edge0");
            await network.RunInsideAsync("link", "set", "edge0", "up");
            await network.RunInsideAsync("link", "set", "edge1", "up");
            await network.RunInsideAsync("route", "add", "default", "via", "10.99.0.2");
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    /// <summary>Drops all UDP that comes in, over IPv4 and IPv6; doing so twice does no harm.</summary>
    public async Task BlockUdpAsync()
    {
        DebianPrograms.Require(DebianPrograms.Nft);
        const string table = "edge-no-udp";
        await FilterAsync("add", "table", "inet", table);
        await FilterAsync("delete", "table", "inet", table);
        await FilterAsync("add", "table", "inet", table);
        await FilterAsync([
            "add",
            "chain",
            "inet",
            table,
            "input",
            "{ type filter hook input priority 0; }",
        ]);
        await FilterAsync("add", "rule", "inet", table, "input", "meta", "l4proto", "udp", "drop");
    }

    /// <summary>Drops all that goes to the address but TCP from and to one port; what stays on loopback's own addresses is the
    /// machine's and passes. Doing so twice does no harm.</summary>
    public async Task BlockAllButTcpAsync(int port)
    {
        DebianPrograms.Require(DebianPrograms.Nft);
        const string table = "edge-one-port";
        await FilterAsync("add", "table", "inet", table);
        await FilterAsync("delete", "table", "inet", table);
        await FilterAsync("add", "table", "inet", table);
        await FilterAsync([
            "add",
            "chain",
            "inet",
            table,
            "input",
            "{ type filter hook input priority 0; policy drop; }",
        ]);
        string[] rule = ["add", "rule", "inet", table, "input"];
        await FilterAsync([.. rule, "tcp", "dport", $"{port}", "counter", "accept"]);
        await FilterAsync([.. rule, "tcp", "sport", $"{port}", "counter", "accept"]);
        await FilterAsync([.. rule, "ip", "daddr", "127.0.0.0/8", "accept"]);
    }

    /// <summary>The far ends of the connections to a port of a server here.</summary>
    /// <param name="port">The port.</param>
    /// <param name="isReset">Whether they are to be reset.</param>
    public async Task<IReadOnlySet<string>> ConnectionsAsync(int port, bool isReset)
    {
        DebianPrograms.Require(DebianPrograms.Ss);
        string[] what = ["state", "established", "sport", "=", $"{port}"];
        await using var child = ChildProcess.Start([
            .. Prefix,
            DebianPrograms.Ss,
            isReset ? "-HtnK" : "-Htn",
            .. what,
        ]);
        _ = await child.EndInputAsync();
        // Both queues, our address, the other one.
        return child
            .Output.Split('\n')
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields.Length >= 4)
            .Select(fields => fields[3])
            .ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Removes it.</summary>
    public async ValueTask DisposeAsync() => await RunAsync("netns", "delete", _name);

    private Task FilterAsync(params string[] arguments) =>
        ChildProcess.RunAsync([.. Prefix, DebianPrograms.Nft, .. arguments]);

    private Task RunInsideAsync(params string[] arguments) => RunAsync(["-n", _name, .. arguments]);

    private static Task RunAsync(params string[] arguments) =>
        ChildProcess.RunAsync([DebianPrograms.Ip, .. arguments]);
}
