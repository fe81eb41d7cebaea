using System.Globalization;
using System.Security.Cryptography;
using Edge.Processes;
using Edge.Processes.Links;
using Edge.Testing;

namespace Terraform.Lab;

/// <summary>Machines to be nodes, and that of the operator, on one network: namespaces of this machine. Needs root.</summary>
/// <remarks>
/// A node is a Debian of its own (disk.sh) behind an overlay in memory, with processes, a network, control groups, a systemd and an
/// sshd of its own (node.sh), and an archive by which apt-get brings what Terraform asks for.
/// </remarks>
public sealed class NodeLab : IAsyncDisposable
{
    private static readonly string Script = RepositoryRoot.Combine("tests/Terraform.Lab/node.sh");
    private static readonly string DiskScript = RepositoryRoot.Combine(
        "tests/Terraform.Lab/disk.sh"
    );

    /// <summary>That of all nodes; another version of the script makes another one. Not in the repository: whoever walks that would
    /// open its devices.</summary>
    private static readonly string Disk =
        $"/var/cache/edge-tests/node-disk-{Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(DiskScript)))[..8]}";

    private readonly string _folder = Directory.CreateTempSubdirectory("edge-nodes-").FullName;
    private readonly List<NetworkSpace> _spaces = [];
    private readonly List<ChildProcess> _nodes = [];

    private NodeLab() { }

    /// <summary>What stands before commands of the operator.</summary>
    public IReadOnlyList<string> Operator => _spaces[0].Prefix;

    /// <summary>The operator's SSH key.</summary>
    public string Key => Path.Combine(_folder, "key");

    /// <summary>The host keys of the nodes.</summary>
    public string KnownHosts => Path.Combine(_folder, "known_hosts");

    /// <summary>Makes so many machines, n1 and further, which answer to SSH.</summary>
    public static async Task<NodeLab> StartAsync(int count)
    {
        var lab = new NodeLab();
        try
        {
            _ = Programs.Require("mmdebstrap", "apt-get install mmdebstrap");
            _ = Programs.Require("apt-ftparchive", "apt-get install apt-utils");
            await ChildProcess.RunAsync(DiskScript, Disk);
            await lab.StartOperatorAsync();
            for (var number = 1; number <= count; number++)
            {
                await lab.StartNodeAsync(number);
            }

            for (var number = 1; number <= count; number++)
            {
                await lab.UntilBootedAsync(number);
            }

            return lab;
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }
    }

    /// <summary>The address of a node.</summary>
    public static string AddressOf(int number) =>
        string.Create(CultureInfo.InvariantCulture, $"10.77.0.{10 + number}");

    /// <summary>Runs a command on a node, as the operator does; what it prints.</summary>
    public async Task<string> RunAsync(int number, string command)
    {
        await using var ssh = ChildProcess.Start([
            .. Operator,
            Programs.Require("ssh", "apt-get install openssh-client"),
            "-n",
            "-i",
            Key,
            "-o",
            $"UserKnownHostsFile={KnownHosts}",
            $"root@{AddressOf(number)}",
            command,
        ]);
        await ssh.EndInputAsync();
        return ssh.Output.Trim();
    }

    /// <summary>Boots a node anew, and waits until all its units run.</summary>
    public async Task RebootAsync(int number)
    {
        const string Began = "systemctl show --property UserspaceTimestampMonotonic --value";
        var former = await RunAsync(number, Began);
        // The connection ends with the machine.
        await RunAsync(number, "systemctl reboot");
        await Patience.UntilAsync(
            $"n{number} boots anew; it said: {_nodes[number - 1].Output}",
            () => RunAsync(number, Began),
            seen =>
                ulong.TryParse(seen, CultureInfo.InvariantCulture, out _)
                && !string.Equals(seen, former, StringComparison.Ordinal)
        );
        await UntilBootedAsync(number);
    }

    /// <summary>The operator's network, where all nodes are, too.</summary>
    public NetworkSpace OperatorSpace => _spaces[0];

    /// <summary>An HTTP client where the operator is.</summary>
    public HttpClient CreateClient() => new(CreateHandler());

    /// <summary>What connects HTTP clients where the operator is.</summary>
    public HttpMessageHandler CreateHandler() => _spaces[0].CreateHandler();

    /// <summary>What stands before commands on a node's network, outside of its processes.</summary>
    public IReadOnlyList<string> OnNetworkOf(int number) => _spaces[number].Prefix;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            // Its process namespace ends with it, and so does all that was started there. unshare takes no SIGTERM.
            node.Kill();
            await node.DisposeAsync();
        }

        foreach (var space in _spaces)
        {
            await space.DisposeAsync();
        }

        await ChildProcess.RunAsync("unshare", "--mount", Script, "end");
        Directory.Delete(_folder, recursive: true);
    }

    private async Task StartOperatorAsync()
    {
        var space = await NetworkSpace.CreateAsync("operator");
        _spaces.Add(space);
        await space.IpAsync("link", "add", "lan", "type", "bridge");
        await space.IpAsync("address", "add", "10.77.0.1/24", "dev", "lan");
        await space.IpAsync("link", "set", "lan", "up");
        await MakeKeyAsync(Key);
    }

    private async Task StartNodeAsync(int number)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"n{number}");
        var space = await NetworkSpace.CreateAsync(name);
        _spaces.Add(space);
        await NetworkSpace.ConnectAsync(
            name,
            (_spaces[0], []),
            (space, [$"{AddressOf(number)}/24"])
        );
        await _spaces[0].IpAsync("link", "set", name, "master", "lan");
        var host = Path.Combine(_folder, $"{name}.host");
        await MakeKeyAsync(host);
        var shown = (await File.ReadAllTextAsync($"{host}.pub")).Split(' ');
        await File.AppendAllTextAsync(KnownHosts, $"{AddressOf(number)} {shown[0]} {shown[1]}\n");
        _nodes.Add(
            ChildProcess.Start([.. space.Prefix, "unshare", "--mount", Script, Disk, _folder, name])
        );
    }

    private async Task UntilBootedAsync(int number)
    {
        await Patience.UntilAsync(
            $"sshd of n{number} answers; it said: {_nodes[number - 1].Output}",
            () =>
                _spaces[0]
                    .ReadAsync("sh", "-c", $"ssh-keyscan -T 1 {AddressOf(number)} 2>/dev/null; :"),
            seen => seen.Contains("ssh-ed25519", StringComparison.Ordinal)
        );
        await Patience.UntilAsync(
            $"all units of n{number} run",
            () =>
                RunAsync(
                    number,
                    "systemctl is-system-running --wait; systemctl --failed --plain --no-legend"
                ),
            seen => string.Equals(seen, "running", StringComparison.Ordinal)
        );
    }

    private static Task MakeKeyAsync(string path) =>
        ChildProcess.RunAsync("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path);
}
