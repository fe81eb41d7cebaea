using Edge.Processes;

namespace EndToEnd.Tests.Support;

/// <summary>A network namespace of our own with one address that is not loopback, and no way out.</summary>
internal sealed class IsolatedNetwork : IAsyncDisposable
{
    /// <summary>Its address.</summary>
    public const string Address = "10.99.0.1";

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
            // Both ends stay inside. Browsers look for the address of the default route.
            await network.RunInsideAsync("link", "set", "lo", "up");
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

    /// <summary>Adds a rule for all that comes in, over IPv4 and IPv6.</summary>
    /// <param name="name">What <see cref="UnfilterAsync"/> takes it away by; one of that name is replaced.</param>
    /// <param name="rule">The rule, as nft(8) reads it.</param>
    public async Task FilterAsync(string name, string rule)
    {
        DebianPrograms.Require(DebianPrograms.Nft);
        await FilterAsync("add", "table", "inet", name);
        await UnfilterAsync(name);
        await FilterAsync("add", "table", "inet", name);
        await FilterAsync(
            ["add", "chain", "inet", name, "input", "{ type filter hook input priority 0; }"]
        );
        await FilterAsync(["add", "rule", "inet", name, "input", .. rule.Split(' ')]);
    }

    /// <summary>Takes a rule away.</summary>
    public Task UnfilterAsync(string name) => FilterAsync("delete", "table", "inet", name);

    /// <summary>Removes it.</summary>
    public async ValueTask DisposeAsync() => await RunAsync("netns", "delete", _name);

    private Task FilterAsync(params string[] arguments) =>
        ChildProcess.RunAsync([.. Prefix, DebianPrograms.Nft, .. arguments]);

    private Task RunInsideAsync(params string[] arguments) => RunAsync(["-n", _name, .. arguments]);

    private static Task RunAsync(params string[] arguments) =>
        ChildProcess.RunAsync([DebianPrograms.Ip, .. arguments]);
}
