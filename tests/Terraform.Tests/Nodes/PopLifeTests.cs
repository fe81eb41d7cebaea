using System.Globalization;
using System.Text;
using Edge.Processes;
using Edge.Testing;
using Terraform.Tests.Modules;

namespace Terraform.Tests.Nodes;

/// <summary>A PoP on machines with a real sshd, from nothing to nothing.</summary>
[Trait("Category", "Netns")]
[Collection(NodesCollection.Name)]
public sealed class PopLifeTests(PackagePair packages)
{
    private const StringComparison Ordinal = StringComparison.Ordinal;

    /// <summary>One lab for all of it: each step starts where the one before ends.</summary>
    [Fact]
    [Trait("Category", "Terraform")]
    public async Task Apply_WholeLifeOfAPop_DoesWhatItSaysAndNothingElse()
    {
        await using var lab = await NodeLab.StartAsync(3);
        using var terraform = new TerraformFolder { Prefix = lab.Operator };
        await terraform.WriteAsync(Configuration(lab, packages.Former));
        await ApplyAsync(terraform, "n1: ready", "n2: ready");
        await ExpectNoChangeAsync(terraform);
        await ExpectOneSecretAsync(lab, terraform);

        // A node more leaves the others alone.
        var before = await PidsAsync(lab, 1, 2);
        await ApplyAsync(
            terraform,
            "n1: as it is",
            "n2: as it is",
            "n3: ready",
            "-var=count_of_nodes=3"
        );
        Assert.Equal(before, await PidsAsync(lab, 1, 2));

        await RepairAsync(lab, terraform);
        await StopAtTheFirstAsync(lab, terraform);

        // There, and back again.
        await ApplyAsync(
            terraform,
            "n1: ready",
            "n2: ready",
            "n3: ready",
            "-var=count_of_nodes=3",
            $"-var=package={packages.Newer}"
        );
        await ApplyAsync(terraform, "n1: ready", "n2: ready", "n3: ready", "-var=count_of_nodes=3");
        await ExpectNoChangeAsync(terraform, "-var=count_of_nodes=3");

        await ApplyAsync(terraform, "n3: nothing is left", "n1: as it is", "n2: as it is");
        await DestroyAsync(terraform, lab, nodes: 3);
    }

    /// <summary>A version that a node never had and that is older than its own is refused before anything stops; so are a PoP of
    /// which a machine does not answer, a machine without room, and a port that somebody else has.</summary>
    [Fact]
    [Trait("Category", "Terraform")]
    public async Task Apply_WhatCannotBe_SaysSoAndLeavesWhatRuns()
    {
        await using var lab = await NodeLab.StartAsync(3);
        using var terraform = new TerraformFolder { Prefix = lab.Operator };
        await terraform.WriteAsync(Configuration(lab, packages.Newer));
        await ApplyAsync(terraform, "n1: ready", "n2: ready");
        var before = await PidsAsync(lab, 1, 2);
        await FailAsync(terraform, "the package is older", $"-var=package={packages.Former}");
        await lab.RunAsync(3, "mkdir -p /opt/edge && mount -t tmpfs -o size=20m full /opt/edge");
        await FailAsync(terraform, "make room there", "-var=count_of_nodes=3");
        await lab.RunAsync(3, "umount /opt/edge");
        await FailAsync(terraform, "n4 is not reached by SSH", "-var=count_of_nodes=4");
        // Any other server.
        await lab.RunAsync(
            2,
            "/usr/sbin/sshd -f /etc/test-ssh/config -o ListenAddress=0.0.0.0:8443 -o PidFile=none"
        );
        await FailAsync(
            terraform,
            "n2: port 8443 of 10.77.0.12 (TCP) is taken by sshd",
            "-var=port=8443"
        );
        Assert.Equal(before, await PidsAsync(lab, 1, 2));
    }

    /// <summary>The nats-servers of a PoP are one cluster, and what happens to them happens to them alone.</summary>
    [Fact]
    [Trait("Category", "Terraform")]
    public async Task Apply_PopWithMesh_NatsServersAreJoinedAndApart()
    {
        await using var lab = await NodeLab.StartAsync(2);
        using var terraform = new TerraformFolder { Prefix = lab.Operator };
        await terraform.WriteAsync(Configuration(lab, packages.Former));
        const string Mesh = "-var=mesh={pops={}}";
        await ApplyAsync(terraform, "n1: ready", "n2: ready", Mesh);
        await ExpectNoChangeAsync(terraform, Mesh);
        await UntilConnectedAsync(lab, 1, ":6222", atLeast: 1);
        // Those of edge and control.
        await UntilConnectedAsync(lab, 1, ":4222", atLeast: 2);
        await ExpectOneSecretAsync(lab, terraform, "/etc/edge/mesh.pem");

        var before = await PidsAsync(lab, 1, 2);
        var nats = await lab.RunAsync(2, "pgrep -x nats-server");
        await lab.RunAsync(1, "systemctl stop edge-nats.service; rm /etc/edge/nats/node.pem");
        var (code, output) = await terraform.RunDriftAsync("apply", "-auto-approve", Mesh);
        Assert.True(code == 0, output);
        Assert.Contains("n1: edge-nats.service is not running", output, Ordinal);
        Assert.Contains("n1: /etc/edge/nats/node.pem is missing", output, Ordinal);
        Assert.Contains("n2: as it is", output, Ordinal);
        Assert.Equal(nats, await lab.RunAsync(2, "pgrep -x nats-server"));
        await UntilConnectedAsync(lab, 1, ":6222", atLeast: 1);

        // A PoP more.
        const string Wider = "-var=mesh={pops={ams=[\"10.77.0.99\"]}}";
        await ApplyAsync(terraform, "n1: ready", "n2: ready", Wider);
        Assert.Equal(before, await PidsAsync(lab, 1, 2));
        Assert.NotEqual(nats, await lab.RunAsync(2, "pgrep -x nats-server"));
        await ApplyAsync(terraform, "n1: ready", "n2: ready");
        Assert.Equal("", await lab.RunAsync(1, "pgrep -x nats-server; ls /etc/edge/nats/nats.conf 2>/dev/null"));
        await DestroyAsync(terraform, lab, nodes: 2);
    }

    private static Task UntilConnectedAsync(NodeLab lab, int number, string port, int atLeast) =>
        Patience.UntilAsync(
            $"n{number} has {atLeast} connections to {port}",
            () =>
                lab.RunAsync(
                    number,
                    $"ss -Htn state established '( dport = {port} or sport = {port} )' | wc -l"
                ),
            seen => int.Parse(seen, CultureInfo.InvariantCulture) >= atLeast
        );

    /// <summary>Takes everything down, and sees that nothing is left.</summary>
    private static async Task DestroyAsync(TerraformFolder terraform, NodeLab lab, int nodes)
    {
        var (code, output) = await terraform.RunAsync("destroy", "-auto-approve");
        Assert.True(code == 0, output);
        for (var number = 1; number <= nodes; number++)
        {
            Assert.Equal(
                "",
                await lab.RunAsync(
                    number,
                    "ls -d /opt/edge /etc/edge /run/edge* /var/lib/edge* /etc/systemd/system/edge* /etc/*.d/*edge* 2>/dev/null; getent passwd | grep ^edge; getent group | grep ^edge; pgrep -x edge; pgrep -x control; pgrep -x nats-server"
                )
            );
        }
    }

    private static async Task ExpectOneSecretAsync(
        NodeLab lab,
        TerraformFolder terraform,
        params string[] more
    )
    {
        var state = await File.ReadAllTextAsync(terraform.Combine("terraform.tfstate"));
        foreach (var file in (string[])["/etc/edge/pop.key", "/etc/edge/secrets.env", .. more])
        {
            var secret = await lab.RunAsync(1, $"cat {file}");
            Assert.Equal(secret, await lab.RunAsync(2, $"cat {file}"));
            Assert.True(secret.Length > 32, secret);
            Assert.DoesNotContain(secret.Split(':')[^1], state, Ordinal);
            Assert.DoesNotContain(
                Convert.ToBase64String(Encoding.UTF8.GetBytes(secret))[..40],
                state,
                Ordinal
            );
        }
    }

    /// <summary>A file that somebody changed, and a unit that somebody stopped: both are said, and only their nodes are touched.</summary>
    private static async Task RepairAsync(NodeLab lab, TerraformFolder terraform)
    {
        var untouched = await PidsAsync(lab, 3);
        await lab.RunAsync(1, "echo EDGE_LOG=Debug >>/etc/edge/edge.env");
        await lab.RunAsync(2, "systemctl stop edge.service");
        var (code, output) = await terraform.RunDriftAsync(
            "apply",
            "-auto-approve",
            "-var=count_of_nodes=3"
        );
        Assert.True(code == 0, output);
        Assert.Contains("n1: /etc/edge/edge.env is not as it was put there", output, Ordinal);
        Assert.Contains("n2: edge.service is not running", output, Ordinal);
        Assert.Contains("n3: as it is", output, Ordinal);
        Assert.Equal("EDGE_NODE=n1", await lab.RunAsync(1, "cat /etc/edge/edge.env"));
        Assert.Equal(untouched, await PidsAsync(lab, 3));
        (code, output) = await terraform.RunDriftAsync(
            "plan",
            "-detailed-exitcode",
            "-var=count_of_nodes=3"
        );
        Assert.True(code == 0, output);
    }

    /// <summary>Settings that no process takes: the first node fails its gate, the others run on, and the former settings bring it
    /// back.</summary>
    private static async Task StopAtTheFirstAsync(NodeLab lab, TerraformFolder terraform)
    {
        var untouched = await PidsAsync(lab, 2, 3);
        await FailAsync(
            terraform,
            "The rollout stops at n1",
            "-var=count_of_nodes=3",
            "-var=settings={\"EDGE_NOBODYS\"=\"1\"}"
        );
        Assert.Equal(untouched, await PidsAsync(lab, 2, 3));
        await ApplyAsync(
            terraform,
            "n1: ready",
            "n2: as it is",
            "n3: as it is",
            "-var=count_of_nodes=3"
        );
        Assert.Equal(untouched, await PidsAsync(lab, 2, 3));
    }

    /// <summary>Applies; words that begin with "-" are options, the others have to be said.</summary>
    private static async Task ApplyAsync(TerraformFolder terraform, params string[] words)
    {
        var options = words.Where(word => word.StartsWith('-')).ToArray();
        var (code, output) = await terraform.RunAsync("apply", ["-auto-approve", .. options]);
        Assert.True(code == 0, output);
        Assert.All(
            words.Except(options, StringComparer.Ordinal),
            word => Assert.Contains(word, output, Ordinal)
        );
    }

    private static async Task FailAsync(
        TerraformFolder terraform,
        string expected,
        params string[] options
    )
    {
        var (code, output) = await terraform.RunAsync("apply", ["-auto-approve", .. options]);
        Assert.Equal(1, code);
        Assert.Contains(expected, output, Ordinal);
    }

    private static async Task ExpectNoChangeAsync(
        TerraformFolder terraform,
        params string[] options
    )
    {
        var (code, output) = await terraform.RunAsync("plan", ["-detailed-exitcode", .. options]);
        Assert.True(code == 0, output);
    }

    private static async Task<string> PidsAsync(NodeLab lab, params int[] numbers)
    {
        var found = new List<string>();
        foreach (var number in numbers)
        {
            var ids = await lab.RunAsync(number, "pgrep -x edge && pgrep -x control");
            Assert.Equal(2, ids.Split('\n').Length);
            found.Add(ids);
        }

        return string.Join(' ', found);
    }

    private static string Configuration(NodeLab lab, string package) =>
        $$"""
            variable "count_of_nodes" {
              default = 2
            }
            variable "package" {
              default = "{{package}}"
            }
            variable "settings" {
              type = map(string)
              default = {}
            }
            variable "port" {
              default = 8080
            }
            variable "mesh" {
              type = object({ pops = map(list(string)) })
              default = null
            }
            module "pop" {
              source = "{{RepositoryRoot.Combine("terraform/modules/pop")}}"
              name = "fra"
              package = var.package
              ssh_key_file = "{{lab.Key}}"
              ssh_known_hosts_file = "{{lab.KnownHosts}}"
              http = { plain = true, port = var.port }
              mesh = var.mesh
              reserved = { n3 = "10.77.0.13" }
              settings = merge({ EDGE_SHARDS = "1" }, var.settings)
              gate_seconds = 120
              nodes = [for number in range(1, var.count_of_nodes + 1) : {
                name = "n${number}"
                ssh_host = "10.77.0.1${number}"
                lan_address = "10.77.0.1${number}"
                media_address = "10.77.0.1${number}"
              }]
            }
            """;
}
