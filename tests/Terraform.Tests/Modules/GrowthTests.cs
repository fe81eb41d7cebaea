using Edge.Processes;
using Terraform.Lab;

namespace Terraform.Tests.Modules;

/// <summary>What an operator has stays when more comes: what plans say, after applies to machines that say yes to all.</summary>
[Trait("Category", "Terraform")]
public sealed class GrowthTests : IDisposable
{
    private const StringComparison Ordinal = StringComparison.Ordinal;

    private readonly string _folder = Directory.CreateTempSubdirectory("edge-growth-").FullName;
    private readonly TerraformFolder _terraform;

    public GrowthTests() =>
        _terraform = new TerraformFolder
        {
            Prefix = ["env", $"PATH={_folder}:{Environment.GetEnvironmentVariable("PATH")}"],
        };

    public void Dispose()
    {
        _terraform.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>As terraform/README.md says it ("From one machine to three PoPs").</summary>
    [Fact]
    public async Task Plan_OneMachineBecomesOneOfThreePoPs_ItStaysWhatItIs()
    {
        await MakeSshAsync();
        await _terraform.WriteAsync(
            $$"""
            module "pop" {
              source = "./terraform/modules/pop"
              name = "home"
              package = "{{MakePackage()}}"
              http = { plain = true }
              nodes = [{ name = "n1", ssh_host = "10.0.0.1", lan_address = "127.0.0.1", media_address = "10.0.0.1" }]
            }
            """
        );
        await _terraform.MustApplyAsync();
        await _terraform.WriteAsync(
            $$"""
            moved {
              from = module.pop
              to   = module.network.module.pop["home"]
            }
            {{Network("home = [\"10.0.0.1\"], ams = [\"10.1.0.1\"], nyc = [\"10.2.0.1\"]")}}
            """
        );
        var (code, output) = await _terraform.RunAsync("plan");
        Assert.True(code == 0, output);
        // It is released anew, with a nats-server; what makes and unmakes machines is left as it is.
        Assert.DoesNotContain(
            "module.network.module.pop[\"home\"].terraform_data.machine[\"n1\"] must",
            output,
            Ordinal
        );
        Assert.DoesNotContain("will be destroyed", output, Ordinal);
        Assert.Contains(
            "module.network.module.pop[\"home\"].terraform_data.stage[\"n1\"] must be replaced",
            output,
            Ordinal
        );
    }

    /// <summary>Each command succeeds, and says nothing.</summary>
    private async Task MakeSshAsync()
    {
        var ssh = Path.Combine(_folder, "ssh");
        await File.WriteAllTextAsync(ssh, "#!/bin/sh\ncat >/dev/null\n");
        await ChildProcess.RunAsync("/bin/chmod", "+x", ssh);
    }

    private string Network(string pops) =>
        $$"""
            module "network" {
              source = "./terraform/modules/network"
              package = "{{MakePackage()}}"
              pops = { for pop, addresses in { {{pops}} } : pop => {
                http = { plain = true }
                nodes = [for index, address in addresses : {
                  name = "n${index + 1}"
                  ssh_host = address
                  lan_address = length(addresses) > 1 ? address : "127.0.0.1"
                  media_address = address
                }]
              } }
            }
            """;

    private string MakePackage()
    {
        var path = Path.Combine(_folder, "edge-sfu-0.1.0-linux-x64.tar.gz");
        File.WriteAllText(path, "none");
        return path;
    }
}
