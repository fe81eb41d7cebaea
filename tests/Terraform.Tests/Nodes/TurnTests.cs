using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Security;
using System.Text.Json.Nodes;
using Edge.Processes;
using Terraform.Lab;
using static Terraform.Tests.Nodes.Steps;

namespace Terraform.Tests.Nodes;

/// <summary>coturn on a node, by credentials that control gives: what it relays to, and what not.</summary>
[Trait("Category", "Netns")]
[Collection(NodesCollection.Name)]
public sealed class TurnTests(PackageFixture packages)
{
    private const StringComparison Ordinal = StringComparison.Ordinal;
    private const string Forbidden = "error 403 (Forbidden IP)";

    /// <summary>Something that answers, at another port of the node than media.</summary>
    private const string OtherPort = "7001";

    private const string Operator = "10.77.0.1";

    private static readonly string Node = NodeLab.AddressOf(1);

    [Fact]
    [Trait("Category", "Terraform")]
    public async Task Apply_PopWithTurn_RelaysToMediaAloneByAllThreeTransports()
    {
        await using var lab = await NodeLab.StartAsync(1);
        using var terraform = new TerraformFolder { Prefix = lab.Operator };
        await lab.RunAsync(
            1,
            "mkdir /etc/tls && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=n1 -keyout /etc/tls/key -out /etc/tls/chain 2>/dev/null && chmod 644 /etc/tls/key"
        );
        await terraform.WriteAsync(Configuration(lab, packages.Former));
        await RefusePairsAsync(lab, terraform);
        await ApplyAsync(terraform, "n1: ready");
        await ExpectNoChangeAsync(terraform);
        await ExpectSecretInMemoryAsync(lab, terraform);

        var (urls, _, _) = await CredentialsAsync(lab);
        Assert.Equal(
            [
                $"stun:{Node}:3478",
                $"turn:{Node}:3478?transport=udp",
                $"turn:{Node}:3478?transport=tcp",
                $"turns:{Node}:5349?transport=tcp",
            ],
            urls
        );
        await using var peer = ChildProcess.Start([
            .. lab.OnNetworkOf(1),
            Programs.Require("turnutils_peer", "apt-get install coturn"),
            "-L",
            Node,
            "-p",
            OtherPort,
        ]);
        await using var gate = TlsGate.Open(
            lab.OperatorSpace,
            IPAddress.Parse(Operator),
            new IPEndPoint(IPAddress.Parse(Node), 5349),
            "n1"
        );
        var port = gate.Port.ToString(CultureInfo.InvariantCulture);
        foreach (
            var way in (string[][])
                [
                    [Node],
                    ["-t", Node],
                    ["-t", "-p", port, Operator],
                ]
        )
        {
            var (code, output) = await RelayAsync(lab, Node, way);
            Assert.True(code == 0, output);
            Assert.Contains("Total lost packets 0", output, Ordinal);
        }

        foreach (
            var denied in (string[])
                [Operator, "127.0.0.1", "169.254.169.254", "192.168.0.1", "0.0.0.0"]
        )
        {
            Assert.Contains(Forbidden, (await RelayAsync(lab, denied, Node)).Output, Ordinal);
        }

        var (refused, said) = await RelayAsync(lab, Node, "-w", "wrong", Node);
        Assert.NotEqual(0, refused);
        Assert.Contains("Cannot complete Allocation", said, Ordinal);
        await FilterAsync(lab, terraform);
        await DestroyAsync(terraform, lab, nodes: 1);
    }

    /// <summary>A key that control cannot read, and one of another certificate, are found before anything starts.</summary>
    private static async Task RefusePairsAsync(NodeLab lab, TerraformFolder terraform)
    {
        await lab.RunAsync(1, "chmod 600 /etc/tls/key");
        await FailAsync(
            terraform,
            "n1: control, which runs as user edge-control, cannot read /etc/tls/key"
        );
        await lab.RunAsync(
            1,
            "cp -p /etc/tls/key /etc/tls/right && openssl genpkey -algorithm ed25519 >/etc/tls/key && chmod 644 /etc/tls/key"
        );
        await FailAsync(
            terraform,
            "n1: the key /etc/tls/key is not the one of the certificate /etc/tls/chain"
        );
        await lab.RunAsync(1, "cp /etc/tls/right /etc/tls/key");
    }

    /// <summary>The same with the packet filter: coturn reaches media alone, strangers no port of the PoP's own, and tables of
    /// others stay.</summary>
    private static async Task FilterAsync(NodeLab lab, TerraformFolder terraform)
    {
        Assert.True(await ConnectsAsync(lab, "7100"));
        await lab.RunAsync(1, "apt-get install -y -qq nftables && nft add table inet mine");
        var before = await PidsAsync(lab, 1);
        await ApplyAsync(terraform, "n1: ready", "-var=firewall=true");
        Assert.Equal(before, await PidsAsync(lab, 1));
        Assert.False(await ConnectsAsync(lab, "7100"));
        Assert.True(await ConnectsAsync(lab, "8443"));

        var (_, output) = await RelayAsync(lab, Node, Node);
        Assert.Contains("Total lost packets 10", output, Ordinal);
        Assert.Matches(
            "counter packets [1-9]",
            await lab.RunAsync(1, "nft list chain inet edge of_turn")
        );

        await lab.RunAsync(1, "nft delete table inet edge");
        (_, output) = await terraform.RunDriftAsync("apply", "-auto-approve", "-var=firewall=true");
        Assert.Contains("n1: the table inet edge of nftables is not there", output, Ordinal);
        Assert.False(await ConnectsAsync(lab, "7100"));
        Assert.Equal(before, await PidsAsync(lab, 1));
        Assert.Equal(
            "table inet edge\ntable inet mine",
            await lab.RunAsync(1, "nft list tables | sort")
        );
        await ApplyAsync(terraform, "n1: ready");
        Assert.Equal("table inet mine", await lab.RunAsync(1, "nft list tables"));
    }

    /// <summary>Whether a stranger gets a connection to a port of the node.</summary>
    private static async Task<bool> ConnectsAsync(NodeLab lab, string port)
    {
        await using var client = ChildProcess.Start([
            .. lab.Operator,
            "timeout",
            "3",
            "bash",
            "-c",
            $": </dev/tcp/{Node}/{port}",
        ]);
        return await client.EndInputAsync() == 0;
    }

    /// <summary>The secret is in a file that coturn alone reads, in no list of processes, and in no state.</summary>
    private static async Task ExpectSecretInMemoryAsync(NodeLab lab, TerraformFolder terraform)
    {
        var secret = await lab.RunAsync(1, "cat /etc/edge/turn.secret");
        Assert.Equal(64, secret.Length);
        Assert.DoesNotContain(
            secret,
            await File.ReadAllTextAsync(terraform.Combine("terraform.tfstate")),
            Ordinal
        );
        Assert.DoesNotContain(
            secret,
            await lab.RunAsync(1, "cat /proc/[0-9]*/cmdline | tr '\\0' ' '"),
            Ordinal
        );
        Assert.Equal(
            "edge-turn 600",
            await lab.RunAsync(1, "stat -c '%U %a' /run/edge-turn/turnserver.conf")
        );
        Assert.Equal("edge-turn", await lab.RunAsync(1, "ps -o user:20= -C turnserver"));
    }

    /// <summary>What control gives an app.</summary>
    private static async Task<(
        IReadOnlyList<string> Urls,
        string Name,
        string Credential
    )> CredentialsAsync(NodeLab lab)
    {
        using var handler = (SocketsHttpHandler)lab.CreateHandler();
        handler.SslOptions = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                // Its own, made for this test: nobody vouches for it.
                string.Equals(certificate?.Subject, "CN=n1", Ordinal),
        };
        using var http = new HttpClient(handler);
        var secret = await lab.RunAsync(1, "cat /etc/edge/secrets.env");
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer",
            secret.Split(':')[1]
        );
        using var response = await http.PostAsJsonAsync(
            new Uri($"https://{Node}:8443/v1/turn/keys/main/credentials/generate-ice-servers"),
            new JsonObject { ["ttl"] = 600 }
        );
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        var servers = JsonNode.Parse(text)!["iceServers"]!.AsArray();
        var turn = servers.Single(server => server!["username"] is not null)!;
        return (
            [
                .. servers
                    .SelectMany(server => server!["urls"]!.AsArray())
                    .Select(url => (string)url!),
            ],
            (string)turn["username"]!,
            (string)turn["credential"]!
        );
    }

    /// <summary>coturn's own client: ten messages to a peer and back. Each time with credentials of its own: a user may have so
    /// many relays at a time, and keeps them for minutes.</summary>
    private static async Task<(int Code, string Output)> RelayAsync(
        NodeLab lab,
        string peer,
        params string[] way
    )
    {
        var (_, name, credential) = await CredentialsAsync(lab);
        await using var client = ChildProcess.Start([
            .. lab.Operator,
            Programs.Require("turnutils_uclient", "apt-get install coturn"),
            "-u",
            name,
            "-w",
            credential,
            "-e",
            peer,
            "-r",
            OtherPort,
            "-c",
            "-m",
            "1",
            "-n",
            "10",
            .. way,
        ]);
        var code = await client.EndInputAsync();
        return (code, client.Output);
    }

    private static string Configuration(NodeLab lab, string package) =>
        $$"""
            variable "firewall" {
              type = bool
              default = false
            }
            module "pop" {
              source = "./terraform/modules/pop"
              name = "fra"
              package = "{{package}}"
              ssh_key_file = "{{lab.Key}}"
              ssh_known_hosts_file = "{{lab.KnownHosts}}"
              http = { tls_cert = "/etc/tls/chain", tls_key = "/etc/tls/key" }
              settings = { EDGE_SHARDS = "1" }
              firewall = var.firewall
              gate_seconds = 120
              nodes = [{ name = "n1", ssh_host = "{{Node}}", lan_address = "{{Node}}", media_address = "{{Node}}" }]
            }
            """;
}
