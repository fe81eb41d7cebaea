using Edge.Processes;
using Edge.Processes.Routing;
using Terraform.Lab;
using static Terraform.Tests.Nodes.Steps;

namespace Terraform.Tests.Nodes;

/// <summary>Two nodes with one address, and a real BIRD as their router: that of the operator's machine.</summary>
[Trait("Category", "Netns")]
[Collection(NodesCollection.Name)]
public sealed class AnycastTests(PackageFixture packages)
{
    private const StringComparison Ordinal = StringComparison.Ordinal;
    private const string Address = AnycastRouter.Address;
    private const string Newer = "-var=newer=true";

    /// <summary>An upgrade takes the nodes away from the router one after the other; never both.</summary>
    [Fact]
    [Trait("Category", "Terraform")]
    public async Task Apply_PopWithAnycast_RouterHasItsNodesThroughAnUpgrade()
    {
        await using var lab = await NodeLab.StartAsync(2);
        using var terraform = new TerraformFolder { Prefix = lab.Operator };
        await using var router = await AnycastRouter.StartAsync(lab, 1, 2);
        await terraform.WriteAsync(Configuration(lab, packages));
        await ApplyAsync(terraform, "n1: ready", "n2: ready");
        await ExpectNoChangeAsync(terraform);
        await router.UntilHopsAsync(1, 2);
        Assert.StartsWith(
            "/opt/edge/programs/nats-server-",
            await lab.RunAsync(1, "readlink /proc/$(pgrep -f '^/opt/edge/programs/')/exe"),
            Ordinal
        );

        // What somebody stopped: the address goes with the edge, and comes back with it.
        await lab.RunAsync(1, "systemctl stop edge.service");
        await router.UntilHopsAsync(2);
        var (code, output) = await terraform.RunDriftAsync("apply", "-auto-approve");
        Assert.True(code == 0, output);
        Assert.Contains("n1: edge.service is not running", output, Ordinal);
        await router.UntilHopsAsync(1, 2);

        await RebootAsync(lab, terraform, 1);
        await router.UntilHopsAsync(1, 2);

        await using var routes = RouteLog.Start(lab.OperatorSpace);
        await ApplyAsync(terraform, "n1: ready", "n2: ready", Newer);
        await router.UntilHopsAsync(1, 2);
        Assert.False(routes.HasBeenGone(Address));

        await DestroyAsync(terraform, lab, nodes: 2);
        Assert.DoesNotContain(Address, await lab.RunAsync(1, "ip -oneline address"), Ordinal);
    }

    private static string Configuration(NodeLab lab, PackageFixture packages) =>
        $$"""
            variable "newer" {
              default = false
            }
            module "pop" {
              source = "./terraform/modules/pop"
              name = "fra"
              package = var.newer ? "{{packages.Newer}}" : "{{packages.Former}}"
              ssh_key_file = "{{lab.Key}}"
              ssh_known_hosts_file = "{{lab.KnownHosts}}"
              http = { plain = true, port = 8080 }
              turn = { enabled = false }
              mesh = { pops = {}, nats_server = "{{Programs.Require(
                "nats-server",
                "apt-get install nats-server"
            )}}" }
              anycast = {{AnycastRouter.Announcement}}
              settings = { EDGE_SHARDS = "1", EDGE_ANYCAST_HOLD_SECONDS = "1", EDGE_ANYCAST_HOLD_MAX_SECONDS = "1" }
              gate_seconds = 120
              nodes = [for number in [1, 2] : {
                name = "n${number}"
                ssh_host = "10.77.0.1${number}"
                lan_address = "10.77.0.1${number}"
                media_address = "10.77.0.1${number}"
                bgp = { router4 = "10.77.0.1" }
              }]
            }
            """;
}
