using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Edge.Processes;
using Terraform.Lab;
using static Terraform.Tests.Nodes.Steps;

namespace Terraform.Tests.Nodes;

/// <summary>Three PoPs on machines with a real sshd, joined by real nats-servers.</summary>
[Trait("Category", "Netns")]
[Collection(NodesCollection.Name)]
public sealed class NetworkTests(PackageFixture packages)
{
    private const StringComparison Ordinal = StringComparison.Ordinal;

    /// <summary>Masked before the package is installed, so that its own service does not start.</summary>
    private const string PackagedUnit = "/etc/systemd/system/nats-server.service";

    /// <summary>Which packages are there that apt-get brought.</summary>
    private const string Brought =
        "dpkg-query -W -f '${db:Status-Status} ${Package}\n' nats-server nftables coturn bird2 consul 2>/dev/null | sed -n 's/^installed //p'";

    /// <summary>One lab for all of it: each step starts where the one before ends. fra has two nodes, ams and nyc one each.</summary>
    [Fact]
    [Trait("Category", "Terraform")]
    public async Task Apply_WholeLifeOfANetwork_PoPsAreOneAndApart()
    {
        await using var lab = await NodeLab.StartAsync(4);
        using var terraform = new TerraformFolder { Prefix = lab.Operator };
        await terraform.WriteAsync(Configuration(lab, packages.Former));
        await ApplyAsync(terraform, "n1: ready", "n2: ready", "n3: ready", "n4: ready");
        await ExpectNoChangeAsync(terraform);
        await ExpectOneSecretAsync(lab, terraform, "/etc/edge/mesh.pem");
        await ExpectSharedAsync(lab);
        // Of the cluster, of edge and control, and of gateways to two PoPs.
        await UntilConnectedAsync(lab, 1, ":6222", atLeast: 1);
        await UntilConnectedAsync(lab, 1, ":4222", atLeast: 2);
        await UntilConnectedAsync(lab, 3, ":7222", atLeast: 2);
        await ReachAcrossAsync(lab);
        await ExpectConsulAsync(lab);
        Assert.Equal("/dev/null", await lab.RunAsync(4, $"readlink {PackagedUnit}"));
        Assert.Equal("coturn\nnats-server\nnftables", await lab.RunAsync(4, Brought));

        await RefuseOtherAppsAsync(lab, terraform);
        await RepairNatsAsync(lab, terraform);
        await RebootAsync(lab, terraform, 2);
        await HangAsync(lab);
        await RebuildAsync(lab, terraform);
        await UntilWatchdogAsync(lab);

        // What somebody removed by hand, apt-get cannot remove.
        await lab.RunAsync(4, "apt-get purge -y -qq nats-server");
        // A PoP less: those that stay learn of it, and no session does.
        var before = await PidsAsync(lab, 1, 2, 3);
        await ApplyAsync(terraform, "n4: nothing is left", "n1: ready", "-var=without=[\"nyc\"]");
        Assert.Equal("", await lab.RunAsync(4, $"ls {PackagedUnit} 2>/dev/null; {Brought}"));
        Assert.Equal(before, await PidsAsync(lab, 1, 2, 3));
        await DestroyAsync(terraform, lab, nodes: 4);
    }

    private static async Task ExpectSharedAsync(NodeLab lab)
    {
        foreach (var file in new[] { "/etc/edge/mesh.pem", "/etc/edge/secrets.env" })
        {
            var first = await lab.RunAsync(1, $"cat {file}");
            Assert.Equal(first, await lab.RunAsync(3, $"cat {file}"));
            Assert.Equal(first, await lab.RunAsync(4, $"cat {file}"));
        }

        Assert.False(
            string.Equals(
                await lab.RunAsync(1, "cat /etc/edge/pop.key"),
                await lab.RunAsync(3, "cat /etc/edge/pop.key"),
                Ordinal
            ),
            "Two PoPs have one key."
        );
    }

    /// <summary>A session of one PoP is known at every other: what NATS carries.</summary>
    private static async Task ReachAcrossAsync(NodeLab lab)
    {
        using var http = lab.CreateClient();
        var secret = await lab.RunAsync(1, "cat /etc/edge/secrets.env");
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer",
            secret.Split(':')[1]
        );
        using var made = await http.PostAsync(Sessions(1, "new"), content: null);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        var session = (string)(await made.Content.ReadFromJsonAsync<JsonObject>())!["sessionId"]!;
        foreach (var number in (int[])[2, 3, 4])
        {
            await Patience.UntilAsync(
                $"the control of n{number} finds the session of n1",
                async () =>
                {
                    using var found = await http.GetAsync(Sessions(number, session));
                    return found.StatusCode;
                },
                status => status == HttpStatusCode.OK
            );
        }
    }

    private static Uri Sessions(int number, string last) =>
        new($"http://{NodeLab.AddressOf(number)}:8080/v1/apps/main/sessions/{last}");

    /// <summary>Both nodes of fra, an edge and a control each, are in its Consul, by the agents that Terraform brought.</summary>
    private static Task ExpectConsulAsync(NodeLab lab) =>
        Patience.UntilAsync(
            "Consul knows edges and controls of fra",
            () =>
                lab.RunAsync(
                    2,
                    "consul catalog nodes -detailed 2>/dev/null; consul catalog services 2>/dev/null"
                ),
            seen =>
                seen.Contains("fra-n1", Ordinal)
                && seen.Contains("fra-n2", Ordinal)
                && seen.Contains("edge-fra", Ordinal)
        );

    /// <summary>As of two PoPs that were alone before: each has made an app.</summary>
    private static async Task RefuseOtherAppsAsync(NodeLab lab, TerraformFolder terraform)
    {
        await lab.RunAsync(
            4,
            "cp -p /etc/edge/secrets.env /srv/ && echo EDGE_APPS=main:other >/etc/edge/secrets.env"
        );
        await FailAsync(
            terraform,
            "PoP nyc has other apps than PoP ams (/etc/edge/secrets.env on n4 and on n3)",
            "-replace=module.network.terraform_data.same_apps"
        );
        await lab.RunAsync(4, "cp -p /srv/secrets.env /etc/edge/");
        await ApplyAsync(terraform, "Apply complete");
    }

    /// <summary>A nats-server that somebody stopped is started again, and nothing else is touched.</summary>
    private static async Task RepairNatsAsync(NodeLab lab, TerraformFolder terraform)
    {
        var before = await PidsAsync(lab, 1, 2, 3, 4);
        var others = await lab.RunAsync(2, "pgrep -x nats-server");
        await lab.RunAsync(1, "systemctl stop edge-nats.service; rm /etc/edge/nats/node.pem");
        var (code, output) = await terraform.RunDriftAsync("apply", "-auto-approve");
        Assert.True(code == 0, output);
        Assert.Contains("n1: edge-nats.service is not running", output, Ordinal);
        Assert.Contains("n1: /etc/edge/nats/node.pem is missing", output, Ordinal);
        Assert.Contains("n2: as it is", output, Ordinal);
        Assert.Equal(before, await PidsAsync(lab, 1, 2, 3, 4));
        Assert.Equal(others, await lab.RunAsync(2, "pgrep -x nats-server"));
        await UntilConnectedAsync(lab, 1, ":6222", atLeast: 1);
        await UntilConnectedAsync(lab, 1, ":4222", atLeast: 2);
    }

    /// <summary>The edge of n4 stands still: it says nothing any more.</summary>
    private static Task HangAsync(NodeLab lab) =>
        lab.RunAsync(4, "systemctl kill --signal=STOP edge.service");

    /// <summary>systemd ends it and starts it anew after 20 s without a sign of life, the last of which is up to 7 s old.</summary>
    private static async Task UntilWatchdogAsync(NodeLab lab)
    {
        await Patience.UntilAsync(
            "systemd starts the edge of n4 anew",
            () => lab.RunAsync(4, "systemctl show --property NRestarts --value edge.service"),
            seen => string.Equals(seen, "1", Ordinal)
        );
        await UntilReadyAsync(lab, 4);
        var words = await lab.RunAsync(4, "journalctl --no-pager -o short-unix -u edge.service");
        var stopped = SecondsOf(words, "Sent signal SIGSTOP");
        Assert.Contains("Failed with result 'watchdog'", words, Ordinal);
        Assert.InRange(SecondsOf(words, "Scheduled restart job") - stopped, 12, 30);
    }

    /// <summary>When the journal says this.</summary>
    private static double SecondsOf(string words, string said)
    {
        var line = words.Split('\n').LastOrDefault(line => line.Contains(said, Ordinal));
        Assert.True(line is not null, $"Not said: {said}. Said: {words}");
        return double.Parse(line.Split(' ')[0], CultureInfo.InvariantCulture);
    }

    /// <summary>The only machine of a PoP is built anew: what all share comes from the other PoPs.</summary>
    private static async Task RebuildAsync(NodeLab lab, TerraformFolder terraform)
    {
        await lab.RunAsync(
            3,
            "systemctl stop edge.service edge-control.service edge-nats.service; rm -rf /opt/edge /etc/edge /etc/systemd/system/edge*"
        );
        var (code, output) = await terraform.RunDriftAsync("apply", "-auto-approve");
        Assert.True(code == 0, output);
        Assert.Contains("n3: nothing is installed", output, Ordinal);
        Assert.Contains("n3: ready", output, Ordinal);
        await ExpectSharedAsync(lab);
        await ReachAcrossAsync(lab);
    }

    private static string Configuration(NodeLab lab, string package) =>
        $$"""
            variable "without" {
              type = list(string)
              default = []
            }
            locals {
              pops = { fra = [1, 2], ams = [3], nyc = [4] }
            }
            module "network" {
              source = "./terraform/modules/network"
              package = "{{package}}"
              ssh_key_file = "{{lab.Key}}"
              ssh_known_hosts_file = "{{lab.KnownHosts}}"
              settings = { EDGE_SHARDS = "1" }
              gate_seconds = 120
              pops = { for pop, numbers in local.pops : pop => {
                http = { plain = true, port = 8080 }
                consul = pop == "fra" ? { servers = 1 } : null
                nodes = [for number in numbers : {
                  name = "n${number}"
                  ssh_host = "10.77.0.1${number}"
                  lan_address = "10.77.0.1${number}"
                  media_address = "10.77.0.1${number}"
                }]
              } if !contains(var.without, pop) }
            }
            """;
}
