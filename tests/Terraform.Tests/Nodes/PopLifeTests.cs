using Terraform.Lab;
using static Terraform.Tests.Nodes.Steps;

namespace Terraform.Tests.Nodes;

/// <summary>A PoP on machines with a real sshd, from nothing to nothing.</summary>
[Trait("Category", "Netns")]
[Collection(NodesCollection.Name)]
public sealed class PopLifeTests(PackageFixture packages)
{
    private const StringComparison Ordinal = StringComparison.Ordinal;
    private const string Debug = "-var=settings={\"EDGE_LOG\"=\"Debug\"}";

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

        // There, and back again, with a setting that is another one by now.
        await ApplyAsync(
            terraform,
            "n1: ready",
            "n2: ready",
            "n3: ready",
            "-var=count_of_nodes=3",
            $"-var=package={packages.Newer}"
        );
        await ApplyAsync(
            terraform,
            "n1: ready",
            "n2: ready",
            "n3: ready",
            "-var=count_of_nodes=3",
            Debug
        );
        await ExpectNoChangeAsync(terraform, "-var=count_of_nodes=3", Debug);

        await ApplyAsync(terraform, "n3: nothing is left", "n1: as it is", "n2: as it is", Debug);
        await DestroyAsync(terraform, lab, nodes: 3);
    }

    /// <summary>A version that a node never had and that is older than its own is refused before anything stops; so are a PoP of
    /// which a machine does not answer, a machine without room, and a port that somebody else has.</summary>
    [Fact]
    [Trait("Category", "Terraform")]
    public async Task Apply_WhatCannotBe_SaysSoAndLeavesWhatRuns()
    {
        await using var lab = await NodeLab.StartAsync(3);
        using var terraform = new TerraformFolder
        {
            Prefix = [.. lab.Operator, "env", "WAIT_SECONDS=1"],
        };
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
        await FailAsync(
            terraform,
            "n1: it is to listen at 10.77.0.99, port",
            "-var=media=10.77.0.99"
        );
        await AskForPasswordAsync(lab, terraform);
        await KeepTheOnlyReadyAsync(lab, terraform);
        await RefuseOthersAsync(lab);
        await WaitForOthersAsync(lab, terraform);
        Assert.Equal(before, await PidsAsync(lab, 1, 2));
        await HandOverAsync(lab, terraform);
    }

    /// <summary>A user whose sudo asks for a password, as sudo says it.</summary>
    private static async Task AskForPasswordAsync(NodeLab lab, TerraformFolder terraform)
    {
        await lab.RunAsync(
            3,
            "useradd -p '*' op && chmod 644 /etc/test-ssh/keys && echo 'echo sudo: a password is required >&2; exit 1' >/usr/local/bin/sudo && chmod 755 /usr/local/bin/sudo"
        );
        await FailAsync(
            terraform,
            "n3: sudo of op asks for a password",
            "-var=count_of_nodes=3",
            "-var=user=op"
        );
    }

    /// <summary>A node that does not answer for its readiness could take nobody's sessions: the other one is not drained.</summary>
    private static async Task KeepTheOnlyReadyAsync(NodeLab lab, TerraformFolder terraform)
    {
        await lab.RunAsync(
            2,
            "nft 'add table inet test; add chain inet test in { type filter hook input priority 0; }; add rule inet test in tcp dport 8081 reject'"
        );
        await lab.RunAsync(1, "echo EDGE_LOG=Debug >>/etc/edge/edge.env");
        var (code, output) = await terraform.RunDriftAsync("apply", "-auto-approve");
        Assert.Equal(1, code);
        Assert.Contains(
            "The rollout stops before n1, the only node of the PoP that is ready: n2, beside it,",
            output,
            Ordinal
        );
        await lab.RunAsync(2, "nft delete table inet test");
        await lab.RunAsync(1, "sed -i '$ d' /etc/edge/edge.env");
    }

    /// <summary>A state of its own by the same names: a wrong ssh_host, or a state that somebody copied and lost.</summary>
    private async Task RefuseOthersAsync(NodeLab lab)
    {
        Assert.Contains(
            "\npop=fra\nnode=n1\nowner=",
            await lab.RunAsync(1, "cat /opt/edge/OWNER"),
            Ordinal
        );
        using var other = new TerraformFolder { Prefix = lab.Operator };
        await other.WriteAsync(Configuration(lab, packages.Newer));
        await FailAsync(other, "n1: this machine is node n1 of PoP fra", "-var=count_of_nodes=1");
    }

    /// <summary>Who changes a machine has it alone; who waits for long says for whom.</summary>
    private static async Task WaitForOthersAsync(NodeLab lab, TerraformFolder terraform)
    {
        await lab.RunAsync(
            2,
            "systemd-run --quiet --unit=test-holder flock /run/edge.lock sleep infinity && until [ -e /run/edge.lock ]; do :; done; echo 'bob@laptop' >/run/edge.lock"
        );
        await lab.RunAsync(2, "until ! flock --nonblock /run/edge.lock true; do :; done");
        await FailAsync(
            terraform,
            "n2: somebody else changes this machine: bob@laptop. It was waited for 1 seconds",
            Debug
        );
        await lab.RunAsync(2, "systemctl stop test-holder.service");
    }

    /// <summary>A machine that is another's by now is left to it, and one that is nobody's is taken.</summary>
    private async Task HandOverAsync(NodeLab lab, TerraformFolder terraform)
    {
        var before = await PidsAsync(lab, 2);
        // By two names of one machine.
        await lab.RunAsync(2, "sed -i s/^node=.*/node=n9/ /opt/edge/OWNER");
        await FailAsync(
            terraform,
            "n2: this machine is node n9 of PoP fra, kept by this very state",
            "-replace=module.pop.terraform_data.stage[\"n2\"]"
        );
        Assert.Equal("", await lab.RunAsync(2, "ls /opt/edge/incoming"));
        await lab.RunAsync(2, "sed -i s/^owner=.*/owner=another/ /opt/edge/OWNER");
        await ApplyAsync(
            terraform,
            "n2: left alone, because this machine is node n9 of PoP fra, kept by another state",
            "-var=count_of_nodes=1"
        );
        await lab.RunAsync(1, "rm /opt/edge/OWNER");
        await lab.RunAsync(2, "rm /opt/edge/OWNER");
        using var other = new TerraformFolder { Prefix = lab.Operator };
        await other.WriteAsync(Configuration(lab, packages.Newer));
        await ApplyAsync(other, "n1: ready", "n2: as it is");
        Assert.Equal(before, await PidsAsync(lab, 2));
        // The former state knows nothing of it.
        var (code, output) = await terraform.RunAsync("destroy", "-auto-approve");
        Assert.True(code == 0, output);
        Assert.Contains("n1: left alone", output, Ordinal);
        Assert.Equal(before, await PidsAsync(lab, 2));
        await DestroyAsync(other, lab, nodes: 2);
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
        // Whose sessions are gone already goes first.
        Assert.True(
            output.IndexOf("n2: ready", Ordinal) < output.IndexOf("n1: to release", Ordinal),
            output
        );
        Assert.StartsWith(
            "EDGE_NODE=n1\n",
            await lab.RunAsync(1, "cat /etc/edge/edge.env"),
            Ordinal
        );
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
            variable "media" {
              default = null
            }
            variable "user" {
              default = "root"
            }
            variable "port" {
              default = 8080
            }
            module "pop" {
              source = "./terraform/modules/pop"
              name = "fra"
              package = var.package
              ssh_key_file = "{{lab.Key}}"
              ssh_known_hosts_file = "{{lab.KnownHosts}}"
              http = { plain = true, port = var.port }
              reserved = { n3 = "10.77.0.13" }
              settings = merge({ EDGE_SHARDS = "1" }, var.settings)
              gate_seconds = 120
              nodes = [for number in range(1, var.count_of_nodes + 1) : {
                name = "n${number}"
                ssh_host = "10.77.0.1${number}"
                ssh_user = var.user
                lan_address = "10.77.0.1${number}"
                media_address = coalesce(var.media, "10.77.0.1${number}")
              }]
            }
            """;
}
