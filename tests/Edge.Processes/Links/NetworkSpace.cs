using System.ComponentModel;
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Edge.Processes.Links;

/// <summary>A network namespace of our own, in which programs run and sockets of the test are opened. Needs root.</summary>
public sealed class NetworkSpace : IAsyncDisposable
{
    private const string Ip = "/sbin/ip";

    private static int _count;

    private readonly string _name;

    private NetworkSpace(string name) => _name = name;

    /// <summary>What stands before a command that is to run in it.</summary>
    public IReadOnlyList<string> Prefix => [Ip, "netns", "exec", _name];

    /// <summary>Makes one, with its loopback up.</summary>
    public static async Task<NetworkSpace> CreateAsync(string what)
    {
        _ = Programs.Require(Ip, "apt-get install -y --no-install-recommends iproute2");
        var space = new NetworkSpace(
            string.Create(
                CultureInfo.InvariantCulture,
                $"edge-{what}-{Environment.ProcessId}-{Interlocked.Increment(ref _count)}"
            )
        );
        await ChildProcess.RunAsync(Ip, "netns", "add", space._name);
        try
        {
            await space.IpAsync("link", "set", "lo", "up");
            await UseAddressesAtOnceAsync(space._name);
            return space;
        }
        catch
        {
            await space.DisposeAsync();
            throw;
        }
    }

    /// <summary>Has addresses of a namespace be used as soon as they are there, not after a second of asking around for them. One
    /// that comes so late makes a browser give up what it loads (ERR_NETWORK_CHANGED), and a page without one of its scripts stays
    /// dead. Links that are there already stay as they are.</summary>
    /// <param name="name">The namespace's name.</param>
    public static Task UseAddressesAtOnceAsync(string name) =>
        ChildProcess.RunAsync(
            Ip,
            "netns",
            "exec",
            name,
            "/bin/sh",
            "-c",
            "echo 0 >/proc/sys/net/ipv6/conf/default/accept_dad"
        );

    /// <summary>Connects two of them by a link of the same name at both ends.</summary>
    public static async Task ConnectAsync(
        string link,
        (NetworkSpace Space, string[] Addresses) left,
        (NetworkSpace Space, string[] Addresses) right
    )
    {
        await left.Space.IpAsync([
            "link",
            "add",
            link,
            "type",
            "veth",
            "peer",
            "name",
            link,
            "netns",
            right.Space._name,
        ]);
        foreach (var (space, addresses) in new[] { left, right })
        {
            foreach (var address in addresses)
            {
                await space.IpAsync("address", "add", address, "dev", link);
            }

            await space.IpAsync("link", "set", link, "up");
        }
    }

    /// <summary>Runs ip in it.</summary>
    public Task IpAsync(params string[] arguments) =>
        ChildProcess.RunAsync([Ip, "-n", _name, .. arguments]);

    /// <summary>Runs a program in it to its end.</summary>
    public Task RunAsync(params string[] command) => ChildProcess.RunAsync([.. Prefix, .. command]);

    /// <summary>What a program prints that runs in it to its end.</summary>
    public async Task<string> ReadAsync(params string[] command)
    {
        await using var child = ChildProcess.Start([.. Prefix, .. command]);
        var code = await child.EndInputAsync();
        return code == 0 ? child.Output : throw new InvalidOperationException(child.Output);
    }

    /// <summary>Opens something, sockets for one, as a program in it would; they belong to it from then on.</summary>
    public T Open<T>(Func<T> open)
    {
        // A thread that entered a namespace is of no use to others: it ends.
        T? opened = default;
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                Enter();
                opened = open();
            }
            catch (Exception exception)
            {
                failure = exception;
            }
        });
        thread.Start();
        thread.Join();
        return failure is null
            ? opened!
            : throw new InvalidOperationException($"Nothing was opened in {_name}.", failure);
    }

    /// <summary>Sets one of the kernel's settings in it.</summary>
    /// <param name="path">Below /proc/sys/net.</param>
    /// <param name="value">Its value.</param>
    public Task SetAsync(string path, string value) =>
        RunAsync("/bin/sh", "-c", $"echo {value} >/proc/sys/net/{path}");

    /// <summary>What connects HTTP clients from within it.</summary>
    public HttpMessageHandler CreateHandler() =>
        new SocketsHttpHandler
        {
            ConnectCallback = async (context, cancellation) =>
            {
                var socket = Open(() => new Socket(SocketType.Stream, ProtocolType.Tcp));
                await socket.ConnectAsync(context.DnsEndPoint, cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };

    /// <summary>Removes it.</summary>
    public async ValueTask DisposeAsync() =>
        await ChildProcess.RunAsync(Ip, "netns", "delete", _name);

    private void Enter()
    {
        using var file = File.OpenHandle($"/var/run/netns/{_name}");
        if (SetNamespace(file, 0) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    /// <summary>setns(2); 0 means any kind of namespace.</summary>
    [DllImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static extern int SetNamespace(SafeFileHandle descriptor, int kind);
}
