using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Edge.Processes;
using Edge.Testing;

namespace Terraform.Tests.Certificates;

/// <summary>A machine that renews certificates, and nodes that it reaches by SSH: this machine, by a real sshd on loopback, with a
/// folder for each node. Needs root, for sshd.</summary>
internal sealed class SpreadLab : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("edge-spread-").FullName;
    private readonly int _port = FreePorts.Tcp();
    private ChildProcess? _sshd;

    private SpreadLab() { }

    /// <summary>Starts it, with two nodes.</summary>
    public static async Task<SpreadLab> StartAsync()
    {
        var lab = new SpreadLab();
        try
        {
            await lab.StartSshdAsync();
            return lab;
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }
    }

    /// <summary>A path of the machine that renews.</summary>
    public string Combine(string name) => Path.Combine(_folder, name);

    /// <summary>Where a node has its certificates.</summary>
    public string Node(string name) => Combine($"nodes/{name}");

    /// <summary>Runs the script.</summary>
    public async Task<(int Code, string Output)> SpreadAsync(
        string[] arguments,
        params (string Name, string Value)[] variables
    )
    {
        await using var script = ChildProcess.Start(
            [RepositoryRoot.Combine("terraform/certificates.sh"), .. arguments],
            [
                ("CERTIFICATE_SETTINGS", Combine("none")),
                ("CERTIFICATE_NODES", Combine("nodes.txt")),
                ("CERTIFICATE_SSH_CONFIG", Combine("ssh_config")),
                .. variables,
            ]
        );
        return (await script.EndInputAsync(), script.Output);
    }

    /// <summary>Names the nodes, and where they have their certificates.</summary>
    public Task NameNodesAsync(params string[] names) =>
        File.WriteAllTextAsync(
            Combine("nodes.txt"),
            "# the nodes\n\n" + string.Concat(names.Select(name => $"{name} {name} {Node(name)}\n"))
        );

    /// <summary>Makes a certificate as certbot keeps it, and the links in live/ that it changes.</summary>
    public string Certbot(int number, string subject)
    {
        var archive = Directory.CreateDirectory(Combine("archive/sfu.example")).FullName;
        var live = Directory.CreateDirectory(Combine("live/sfu.example")).FullName;
        Write(
            Path.Combine(archive, $"fullchain{number}.pem"),
            Path.Combine(archive, $"privkey{number}.pem"),
            subject
        );
        foreach (var name in (string[])["fullchain", "privkey"])
        {
            var link = Path.Combine(live, $"{name}.pem");
            File.Delete(link);
            File.CreateSymbolicLink(link, $"../../archive/sfu.example/{name}{number}.pem");
        }

        return live;
    }

    /// <summary>Makes a certificate and its key.</summary>
    public static void Write(string certificatePath, string keyPath, string subject, int days = 90)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        var end = DateTimeOffset.UtcNow.AddDays(days);
        using var certificate = request.CreateSelfSigned(end.AddDays(-365), end);
        File.WriteAllText(certificatePath, certificate.ExportCertificatePem());
        File.WriteAllText(keyPath, key.ExportPkcs8PrivateKeyPem());
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_sshd is not null)
        {
            await _sshd.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private async Task StartSshdAsync()
    {
        await ChildProcess.RunAsync(
            "ssh-keygen",
            "-q",
            "-t",
            "ed25519",
            "-N",
            "",
            "-f",
            Combine("key")
        );
        await ChildProcess.RunAsync(
            "ssh-keygen",
            "-q",
            "-t",
            "ed25519",
            "-N",
            "",
            "-f",
            Combine("host")
        );
        var port = _port.ToString(CultureInfo.InvariantCulture);
        var shown = (await File.ReadAllTextAsync(Combine("host.pub"))).Split(' ');
        await File.WriteAllTextAsync(
            Combine("known_hosts"),
            $"[127.0.0.1]:{port} {shown[0]} {shown[1]}\n"
        );
        await File.WriteAllTextAsync(
            Combine("ssh_config"),
            $"""
            Host n1 n2
              HostName 127.0.0.1
              Port {port}
            Host gone
              HostName 127.0.0.1
              Port 1
            Host *
              User {Environment.UserName}
              IdentityFile {Combine("key")}
              IdentitiesOnly yes
              UserKnownHostsFile {Combine("known_hosts")}

            """
        );
        await File.WriteAllTextAsync(
            Combine("sshd_config"),
            $"""
            ListenAddress 127.0.0.1:{port}
            HostKey {Combine("host")}
            AuthorizedKeysFile {Combine("key.pub")}
            PidFile none
            UsePAM no
            UseDNS no
            StrictModes no
            PermitRootLogin prohibit-password
            PasswordAuthentication no

            """
        );
        // sshd wants /run/sshd, and nodes get a group: both in a mount namespace of their own.
        _sshd = ChildProcess.Start([
            "unshare",
            "--mount",
            "sh",
            "-c",
            "mount -t tmpfs run /run && mkdir /run/sshd /run/etc /run/work && mount -t overlay etc -o lowerdir=/etc,upperdir=/run/etc,workdir=/run/work /etc && exec \"$@\"",
            "sh",
            Programs.Require("sshd", "apt-get install openssh-server"),
            "-D",
            "-e",
            "-f",
            Combine("sshd_config"),
        ]);
        await Patience.UntilAsync(
            "sshd listens",
            () => Task.FromResult(_sshd.Output),
            output =>
                _sshd.HasEnded
                    ? throw new InvalidOperationException(output)
                    : output.Contains("Server listening", StringComparison.Ordinal)
        );
    }
}
