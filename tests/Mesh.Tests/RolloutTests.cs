using Edge.Primitives;
using Edge.Processes;
using Edge.Testing.Clients;
using Mesh.Tests.Support;
using Terraform.Lab;
using Xunit.Abstractions;

namespace Mesh.Tests;

/// <summary>Terraform upgrades a PoP, three machines with one address, while many are connected.</summary>
[Collection(nameof(AloneCollection))]
[Trait("Category", "Netns")]
public sealed class RolloutTests(ITestOutputHelper output)
{
    private const int Streams = 6;
    private const int Viewers = 4;
    private const int People = 10;

    /// <summary>Chosen: a third of what it was while nodes that were started anew did not know flows at once. Three nodes drain, end and
    /// start on the cores that clients have, too.</summary>
    private const double LossMax = 0.003;

    /// <summary>How long media is watched before: what the machine costs anyway.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(5);

    private static readonly Uri Control = new($"http://{NodeLab.AddressOf(1)}:8080/");

    [Fact]
    [Trait("Category", "Terraform")]
    public async Task Apply_NewerVersionUnderLoad_NoSessionIsLost()
    {
        await using var lab = await NodeLab.StartAsync(3);
        using var packages = await PackagePair.MakeAsync();
        using var terraform = new TerraformFolder { Prefix = lab.Operator };
        await using var router = await AnycastRouter.StartAsync(lab, 1, 2, 3);
        await terraform.WriteAsync(Configuration(lab, packages));
        await terraform.MustApplyAsync();
        await router.UntilHopsAsync(1, 2, 3);

        using var stage = new Stage(() =>
            lab.OperatorSpace.Open(() => SocketClient.Open(NetworkAddress.FromIPv4(0x0A4D0001, 0)))
        )
        {
            IsCrowded = true,
        };
        using var crowd = await DrainCrowd.JoinAsync(
            stage,
            new StreamClient(stage, Control, lab.CreateHandler()),
            new CallsClient(stage, Control, lab.CreateHandler()),
            Streams,
            Viewers,
            People
        );
        var quiet = DrainRecord.Begin(stage, crowd);
        await Task.Delay(Quiet);
        var before = await quiet.EndAsync();
        output.WriteLine($"before: {before}");
        var record = DrainRecord.Begin(stage, crowd);
        await terraform.MustApplyAsync("-var=newer=true");
        await router.UntilHopsAsync(1, 2, 3);
        var report = await record.EndAsync();
        output.WriteLine(report.ToString());
        Assert.True(report is { Ended: 0, Disconnected: 0, Handshakes: 0 }, report.ToString());
        Assert.InRange(report.Loss, 0, LossMax + before.Loss);
        Assert.Equal(0, await crowd.CountUnknownAsync());
    }

    private static string Configuration(NodeLab lab, PackagePair packages) =>
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
              apps = "{{ControlProcess.App}}:{{ControlProcess.Secret}}"
              http = { plain = true, port = 8080 }
              turn = { enabled = false }
              anycast = {{AnycastRouter.Announcement}}
              settings = { EDGE_SHARDS = "1", EDGE_ANYCAST_HOLD_SECONDS = "1", EDGE_ANYCAST_HOLD_MAX_SECONDS = "1" }
              gate_seconds = 120
              nodes = [for number in [1, 2, 3] : {
                name = "n${number}"
                ssh_host = "10.77.0.1${number}"
                lan_address = "10.77.0.1${number}"
                media_address = "10.77.0.1${number}"
                bgp = { router4 = "10.77.0.1" }
              }]
            }
            """;
}
