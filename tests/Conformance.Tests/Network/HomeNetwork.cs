using System.Globalization;
using System.Text.RegularExpressions;
using Edge.Processes;

namespace Conformance.Tests.Network;

/// <summary>Namespaces of our own: a server, a client behind a router that translates addresses, and a second
/// way of the client to the server.</summary>
/// <remarks>
/// <code>
///   client  wifi 10.98.2.2 ---- 10.98.2.1 router 10.98.1.2 ---- 10.98.1.1  server
///           mobile 10.98.3.2 ------------------------------------ 10.98.3.1
/// </code>
/// The second way is down at first. Needs root.
/// </remarks>
internal sealed partial class HomeNetwork : IAsyncDisposable
{
    /// <summary>The server's address.</summary>
    public const string ServerAddress = "10.98.1.1";

    private const string Ip = "/sbin/ip";
    private const string Nft = "/usr/sbin/nft";
    private const string Install = "apt-get install -y --no-install-recommends iproute2 nftables";

    private static int _networks;

    private readonly string _server;
    private readonly string _router;
    private readonly string _client;
    private readonly List<string> _made = [];
    private int _rebindings;

    private HomeNetwork(int number)
    {
        string Name(string what) =>
            string.Create(
                CultureInfo.InvariantCulture,
                $"edge-{what}-{Environment.ProcessId}-{number}"
            );
        _server = Name("server");
        _router = Name("router");
        _client = Name("client");
    }

    /// <summary>What stands before a command that is to run at the server.</summary>
    public IReadOnlyList<string> AtServer => [Ip, "netns", "exec", _server];

    /// <summary>What stands before a command that is to run at the client.</summary>
    public IReadOnlyList<string> AtClient => [Ip, "netns", "exec", _client];

    /// <summary>Whether the client went the other way.</summary>
    public bool IsMobile { get; private set; }

    /// <summary>Makes it.</summary>
    public static async Task<HomeNetwork> CreateAsync()
    {
        _ = Programs.Require(Ip, Install);
        _ = Programs.Require(Nft, Install);
        var network = new HomeNetwork(Interlocked.Increment(ref _networks));
        try
        {
            await network.BuildAsync();
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    /// <summary>The router forgets its mappings and draws other ports, as one that was restarted: the client
    /// notices nothing, the server sees it come from another port.</summary>
    public async Task RebindPortsAsync()
    {
        await WritePortsAsync();
        // A masquerade's mappings go with its interface.
        await IpAsync("-n", _router, "link", "set", "outside", "down");
        await IpAsync("-n", _router, "link", "set", "outside", "up");
    }

    /// <summary>The router gets another address, and its mappings go with the one before.</summary>
    public async Task ChangeRouterAddressAsync()
    {
        await WritePortsAsync();
        await IpAsync("-n", _router, "address", "add", "10.98.1.3/24", "dev", "outside");
        await IpAsync("-n", _router, "address", "delete", "10.98.1.2/24", "dev", "outside");
        // The second address of a network may go with the first.
        await IpAsync("-n", _router, "address", "replace", "10.98.1.3/24", "dev", "outside");
    }

    /// <summary>Flows of UDP that were mapped since the ports were drawn last: only the first packet of each
    /// passes the rule that maps.</summary>
    public async Task<int> CountMappingsAsync()
    {
        await using var list = ChildProcess.Start([.. At(_router), Nft, "list chain ip home out"]);
        var code = await list.EndInputAsync();
        var count = Counter().Match(list.Output);
        return code == 0 && count.Success
            ? int.Parse(count.Groups["count"].Value, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException(list.Output);
    }

    /// <summary>From now on the router loses some of the datagrams that pass it, both ways.</summary>
    public async Task LoseAsync(int percent)
    {
        await NftAsync("add chain ip home pass { type filter hook forward priority 0 ; }");
        await NftAsync(
            string.Create(
                CultureInfo.InvariantCulture,
                $"add rule ip home pass meta l4proto udp numgen random mod 100 < {percent} drop"
            )
        );
    }

    /// <summary>The client leaves the Wi-Fi; from now on it has another interface and another address.</summary>
    public async Task SwitchToMobileAsync()
    {
        await IpAsync("-n", _client, "link", "set", "mobile", "up");
        await IpAsync("-n", _client, "link", "set", "wifi", "down");
        await IpAsync("-n", _client, "route", "add", "default", "via", "10.98.3.1");
        IsMobile = true;
    }

    /// <summary>Removes it.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var name in _made)
        {
            await IpAsync("netns", "delete", name);
        }

        _made.Clear();
    }

    private async Task BuildAsync()
    {
        foreach (var name in (string[])[_server, _router, _client])
        {
            await IpAsync("netns", "add", name);
            _made.Add(name);
            await IpAsync("-n", name, "link", "set", "lo", "up");
        }

        await ConnectAsync(
            (_server, "media", $"{ServerAddress}/24"),
            (_router, "outside", "10.98.1.2/24")
        );
        await ConnectAsync((_router, "inside", "10.98.2.1/24"), (_client, "wifi", "10.98.2.2/24"));
        await ConnectAsync((_server, "tower", "10.98.3.1/24"), (_client, "mobile", "10.98.3.2/24"));
        await IpAsync("-n", _client, "link", "set", "mobile", "down");
        await IpAsync("-n", _client, "route", "add", "default", "via", "10.98.2.1");
        await ChildProcess.RunAsync([
            .. At(_router),
            "/bin/sh",
            "-c",
            "echo 1 > /proc/sys/net/ipv4/ip_forward",
        ]);
        await NftAsync("add table ip home");
        await NftAsync("add chain ip home out { type nat hook postrouting priority 100 ; }");
        await WritePortsAsync();
    }

    /// <summary>Ports that no mapping before had.</summary>
    private async Task WritePortsAsync()
    {
        var first = 20_000 + (1000 * _rebindings++);
        await NftAsync("flush chain ip home out");
        await NftAsync(
            string.Create(
                CultureInfo.InvariantCulture,
                $"add rule ip home out oifname outside ip daddr {ServerAddress} meta l4proto udp counter masquerade to :{first}-{first + 999}"
            )
        );
        await NftAsync("add rule ip home out oifname outside masquerade");
    }

    private static async Task ConnectAsync(
        (string Space, string Link, string Address) left,
        (string Space, string Link, string Address) right
    )
    {
        await IpAsync([
            "-n",
            left.Space,
            "link",
            "add",
            left.Link,
            "type",
            "veth",
            "peer",
            "name",
            right.Link,
            "netns",
            right.Space,
        ]);
        foreach (var (space, link, address) in new[] { left, right })
        {
            await IpAsync("-n", space, "address", "add", address, "dev", link);
            await IpAsync("-n", space, "link", "set", link, "up");
        }
    }

    private static IReadOnlyList<string> At(string space) => [Ip, "netns", "exec", space];

    private Task NftAsync(string command) => ChildProcess.RunAsync([.. At(_router), Nft, command]);

    [GeneratedRegex(@"counter packets (?<count>\d+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Counter();

    private static Task IpAsync(params string[] arguments) =>
        ChildProcess.RunAsync([Ip, .. arguments]);
}
