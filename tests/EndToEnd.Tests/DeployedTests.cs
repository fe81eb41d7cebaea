using Edge.Processes;
using EndToEnd.Tests.Browsers;
using EndToEnd.Tests.Support;
using Terraform.Lab;
using Xunit.Abstractions;

namespace EndToEnd.Tests;

/// <summary>Browsers across three PoPs that Terraform has made: two nodes with one address, and two PoPs of one node.</summary>
[Trait("Category", "Browser")]
[Trait("Category", "Netns")]
public sealed class DeployedTests(ITestOutputHelper output)
{
    /// <summary>Five seconds of them.</summary>
    private const int Pictures = 150;

    private static readonly Uri First = UrlOf(1);
    private static readonly Uri Last = UrlOf(4);

    /// <summary>The publisher's PoP is upgraded, its nodes one after the other: nobody has to negotiate anew.</summary>
    [Fact]
    [Trait("Category", "Terraform")]
    public async Task Chromium_PublishersPopIsUpgraded_SessionsGoOn()
    {
        await using var lab = await NodeLab.StartAsync(4);
        using var packages = await PackagePair.MakeAsync();
        using var terraform = new TerraformFolder { Prefix = lab.Operator };
        await using var router = await AnycastRouter.StartAsync(lab, 1, 2);
        await terraform.WriteAsync(Configuration(lab, packages));
        await terraform.MustApplyAsync();
        await router.UntilHopsAsync(1, 2);

        await using var chromium = await Chromium.StartAsync(
            lab.Operator,
            $"--unsafely-treat-insecure-origin-as-secure={OriginOf(First)},{OriginOf(Last)}"
        );
        await using var from = await chromium.NewPageAsync();
        await using var near = await chromium.NewPageAsync();
        await using var far = await chromium.NewPageAsync();
        var states = new List<ConnectionLog>();
        foreach (var page in new[] { from, near, far })
        {
            states.Add(await ConnectionLog.StartAsync(page));
        }

        var pictures = await PictureLog.StartAsync(far);
        var publisher = await ConsolePage.OpenAsync(
            from,
            First,
            "publish=cam&codec=VP8&source=test&size=640x360"
        );
        await publisher.PublishAsync();
        var viewers = new List<ConsolePage>();
        foreach (var (page, url) in new[] { (near, First), (far, Last) })
        {
            var viewer = await ConsolePage.OpenAsync(page, url, "watch=cam");
            await viewer.PressWatchAsync();
            output.WriteLine(await Playing.ExpectAsync(publisher, viewer));
            viewers.Add(viewer);
        }

        var since = await pictures.NowAsync();
        var peers = (await publisher.NumbersAsync()).Peers;
        await terraform.MustApplyAsync("-var=newer=true");
        await router.UntilHopsAsync(1, 2);
        foreach (var viewer in viewers)
        {
            await UntilMoreAsync(viewer);
        }

        var still = await pictures.LongestStillAsync(since);
        output.WriteLine(
            $"pictures stood still for {still.TotalMilliseconds:F0} ms at the longest"
        );
        Assert.Equal(peers, (await publisher.NumbersAsync()).Peers);
        foreach (var log in states)
        {
            Assert.DoesNotContain(await log.ReadAsync(), change => change.At >= since);
        }

        await terraform.MustDestroyAsync();
    }

    private static Uri UrlOf(int node) => new($"http://{NodeLab.AddressOf(node)}:8080/");

    private static string OriginOf(Uri url) => url.GetLeftPart(UriPartial.Authority);

    private static async Task UntilMoreAsync(ConsolePage viewer)
    {
        var before = await viewer.NumbersAsync();
        await viewer.UntilAsync(
            "pictures go on",
            numbers => numbers.Frames >= before.Frames + Pictures && numbers.Peers == before.Peers
        );
    }

    private static string Configuration(NodeLab lab, PackagePair packages) =>
        $$"""
            variable "newer" {
              default = false
            }
            module "network" {
              source = "./terraform/modules/network"
              package = "{{packages.Former}}"
              ssh_key_file = "{{lab.Key}}"
              ssh_known_hosts_file = "{{lab.KnownHosts}}"
              apps = "{{ControlProcess.App}}:{{ControlProcess.Secret}}"
              nats_server = "{{Programs.Require("nats-server", "apt-get install nats-server")}}"
              settings = { EDGE_SHARDS = "1", EDGE_ANYCAST_HOLD_SECONDS = "1", EDGE_ANYCAST_HOLD_MAX_SECONDS = "1" }
              gate_seconds = 120
              pops = { for pop, numbers in { fra = [1, 2], ams = [3], nyc = [4] } : pop => {
                package = pop == "fra" && var.newer ? "{{packages.Newer}}" : null
                http = { plain = true, port = 8080 }
                turn = { enabled = false }
                anycast = pop == "fra" ? {{AnycastRouter.Announcement}} : null
                nodes = [for number in numbers : {
                  name = "n${number}"
                  ssh_host = "10.77.0.1${number}"
                  lan_address = "10.77.0.1${number}"
                  media_address = "10.77.0.1${number}"
                  bgp = pop == "fra" ? { router4 = "10.77.0.1" } : null
                }]
              } }
            }
            """;
}
