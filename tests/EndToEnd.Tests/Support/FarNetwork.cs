using Edge.Processes;
using Edge.Processes.Links;
using Edge.Testing.Network;

namespace EndToEnd.Tests.Support;

/// <summary>A network namespace that reaches an <see cref="IsolatedNetwork"/>, and nothing else, over an
/// emulated link: where somebody on a bad network lives.</summary>
internal sealed class FarNetwork : IAsyncDisposable
{
    private readonly string _name;
    private EmulatedLink? _link;

    private FarNetwork(string name) => _name = name;

    /// <summary>What stands before a command that is to run in it.</summary>
    public IReadOnlyList<string> Prefix => [DebianPrograms.Ip, "netns", "exec", _name];

    /// <summary>Makes one. Its link is perfect at first.</summary>
    /// <param name="near">The network at the other end.</param>
    /// <param name="number">Which of those behind it, from 1 to 200.</param>
    public static async Task<FarNetwork> CreateAsync(IsolatedNetwork near, int number)
    {
        var network = new FarNetwork($"{near.Name}-far{number}");
        await RunAsync("netns", "add", network._name);
        try
        {
            await NetworkSpace.UseAddressesAtOnceAsync(network._name);
            await network.ConnectAsync(near, number);
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    /// <summary>Changes the link.</summary>
    /// <param name="down">What becomes of packets on their way here.</param>
    /// <param name="up">What becomes of packets from here.</param>
    public void SetConditions(LinkConditions down, LinkConditions up) =>
        _link!.SetConditions(toRight: down, toLeft: up);

    /// <summary>Removes it.</summary>
    public async ValueTask DisposeAsync()
    {
        _link?.Dispose();
        await RunAsync("netns", "delete", _name);
    }

    private async Task ConnectAsync(IsolatedNetwork near, int number)
    {
        // A device's name has 15 characters at most. The other end's address is the same for all: servers
        // answer from there, whichever link a packet came by.
        var left = $"near{number}p{Environment.ProcessId}";
        var right = $"far{number}p{Environment.ProcessId}";
        var own = $"10.99.1.{number}";
        _link = EmulatedLink.Open(left, right, LinkConditions.Perfect, seed: (ulong)number);
        await MoveAsync(left, near.Name, IsolatedNetwork.Address, own);
        await MoveAsync(right, _name, own, IsolatedNetwork.Address);
        await RunAsync("-n", _name, "link", "set", "lo", "up");
        // Browsers look for the address of the default route.
        await RunAsync("-n", _name, "route", "add", "default", "dev", right);
    }

    private static async Task MoveAsync(string device, string network, string own, string other)
    {
        await RunAsync("link", "set", device, "netns", network);
        await RunAsync("-n", network, "address", "add", own, "peer", other, "dev", device);
        await RunAsync("-n", network, "link", "set", device, "up");
    }

    private static Task RunAsync(params string[] arguments) =>
        ChildProcess.RunAsync([DebianPrograms.Ip, .. arguments]);
}
