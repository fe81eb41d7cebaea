using Edge.Testing;
using Terraform.Lab;

namespace Terraform.Tests.Modules;

/// <summary>Wrong input stops the plan with a sentence that says what to do.</summary>
[Trait("Category", "Terraform")]
public sealed class PopInputTests : IDisposable
{
    private const StringComparison Ordinal = StringComparison.Ordinal;

    private readonly TerraformFolder _terraform = new();

    public void Dispose() => _terraform.Dispose();

    [Fact]
    public async Task Plan_RightInput_SaysWhatWillBeMade()
    {
        await _terraform.WriteAsync(Configuration());
        var (code, output) = await _terraform.RunAsync("plan");
        Assert.True(code == 0, output);
        // The owner, two machines, a stage each, the apps and the rollout.
        Assert.Contains("Plan: 7 to add, 0 to change, 0 to destroy.", output, Ordinal);
        Assert.Contains("10.0.0.2:7100", output, Ordinal);
    }

    /// <summary>Every character that a secret may have, and two secrets of one app.</summary>
    [Theory]
    [InlineData("main:!#$$%&()*+-./0:;<=>?@AZ[]^_`az{|}~, main:b,o_-1:c")]
    [InlineData("")]
    public async Task Plan_RightApps_AreTaken(string apps)
    {
        await _terraform.WriteAsync(
            Configuration().Replace("mesh = null", $"apps = \"{apps}\"", Ordinal)
        );
        var (code, output) = await _terraform.RunAsync("plan");
        Assert.True(code == 0, output);
    }

    /// <summary>What nats-servers are told, with addresses of both families.</summary>
    [Fact]
    public async Task Plan_Mesh_SaysWhatNatsServersAreTold()
    {
        await _terraform.WriteAsync(
            Configuration()
                .Replace(
                    "mesh = null",
                    "mesh = { pops = { ams = [\"10.1.0.1\", \"fd00::1\"] } }",
                    Ordinal
                )
        );
        var (code, output) = await _terraform.RunAsync("plan");
        Assert.True(code == 0, output);
        Assert.Contains(
            "{ name: \"ams\", urls: [\"nats://10.1.0.1:7222\",\"nats://[fd00::1]:7222\"] }",
            output,
            Ordinal
        );
        Assert.Contains("routes: [\"nats://10.0.0.2:6222\"]", output, Ordinal);
        Assert.Contains("nats://127.0.0.1:4222", output, Ordinal);
    }

    [Theory]
    [InlineData("name = \"n2\"", "name = \"n1\"", "Two nodes have one name: n1.")]
    [InlineData("name = \"n2\"", "name = \"N_2\"", "\"N_2\" has not. Choose another one.")]
    [InlineData(
        "lan_address = \"10.0.0.2\"",
        "lan_address = \"10.0.0\"",
        "\"10.0.0\" of n2 is none"
    )]
    [InlineData("lan_address = \"10.0.0.2\"", "lan_address = \"10.0.0.1\"", "have one lan_address")]
    [InlineData("media_address = \"10.0.0.2\"", "media_address = \"ten\"", "\"ten\" of n2 is none")]
    [InlineData("ssh_host = \"10.0.0.2\"", "ssh_host = \"10.0.0.1\"", "one ssh_host and ssh_port")]
    [InlineData("/id_test\"", "/id_none\"", "There is no SSH key at this path")]
    [InlineData(
        "/edge-sfu-0.1.0-linux-x64.tar.gz\"",
        "/none.tar.gz\"",
        "make one with ./publish.sh --package"
    )]
    [InlineData(
        "/edge-sfu-0.1.0-linux-x64.tar.gz\"",
        "/edge-sfu-0.0.9-linux-x64.tar.gz\"",
        "is older than 0.1.0"
    )]
    [InlineData("plain = true", "plain = false", "either tls_cert and tls_key")]
    [InlineData("settings = {}", "settings = { EDGE_APPS = \"a:b\" }", "give them as apps")]
    [InlineData("settings = {}", "settings = { PATH = \"a\" }", "settings are EDGE_* settings")]
    [InlineData("name = \"n2\"", "name = \"n1-c\"", "no node may be")]
    [InlineData(
        "media_address = \"10.0.0.2\"",
        "media_address = \"0.0.0.0\"",
        "which clients are told"
    )]
    [InlineData(
        "media_address = \"10.0.0.2\"",
        "media_address = \"10.0.0.2\", media_port = 99999",
        "those of n2 are not"
    )]
    [InlineData(
        "lan_address = \"10.0.0.2\"",
        "lan_address = \"127.0.0.1\"",
        "do not reach a lan_address of loopback"
    )]
    [InlineData(
        "media_address = \"10.0.0.2\"",
        "media_address = \"10.0.0.2\", settings = { EDGE_APPS = \"a:b\" }",
        "settings of nodes are kept in the state"
    )]
    [InlineData("plain = true", "plain = true, port = 0", "http.port is 1 to 65535")]
    [InlineData("mesh = null", "mesh = { pops = { fra = [] } }", "leave this one out")]
    [InlineData(
        "mesh = null",
        "mesh = { pops = {}, nats_server = \"/none\" }",
        "There is no nats-server at this path"
    )]
    [InlineData(
        "mesh = null",
        "anycast = { addresses = [\"198.51.100.1/32\"], asn = 64512, router_asn = 64500 }",
        "without a prefix length"
    )]
    [InlineData(
        "mesh = null",
        "anycast = { addresses = [\"198.51.100.1\"], asn = 64512, router_asn = 64500 }",
        "the address of its router: n1, n2 has not"
    )]
    [InlineData("mesh = null", "apps = \"main\"", "apps are id:secret, with a comma between")]
    [InlineData("mesh = null", "apps = \"a:b;c:d e\"", "apps are id:secret, with a comma between")]
    [InlineData("mesh = null", "apps = \"a:b,a:c,a:d\"", "two secrets at most")]
    [InlineData("mesh = null", "consul = {}", "consul has servers")]
    [InlineData("mesh_address = null", "mesh_address = \"n2\"", "\"n2\" of n2 is none")]
    public async Task Plan_WrongInput_SaysWhatToDo(string right, string wrong, string expected)
    {
        var configuration = Configuration();
        Assert.Contains(right, configuration, Ordinal);
        await _terraform.WriteAsync(configuration.Replace(right, wrong, Ordinal));
        var (code, output) = await _terraform.RunAsync("plan");
        Assert.Equal(1, code);
        Assert.Contains(expected, WordsOf(output), Ordinal);
    }

    /// <summary>No provider of a registry, so that init works without one.</summary>
    [Theory]
    [InlineData("one-machine")]
    [InlineData("three-pops")]
    [InlineData("anycast")]
    public async Task Init_Example_IsValidWithoutARegistry(string example)
    {
        await WriteExampleAsync(example);
        var (code, output) = await _terraform.RunAsync("validate");
        Assert.True(code == 0, output);
        var (_, providers) = await _terraform.RunAsync("version");
        Assert.DoesNotContain("registry.terraform.io", providers, Ordinal);
    }

    /// <summary>With the values that its reader is shown, but for the package.</summary>
    [Theory]
    [InlineData("one-machine", "n1-c=127.0.0.1:7101")]
    [InlineData("three-pops", "nats://198.51.100.7:7222")]
    [InlineData("three-pops", "n3=10.1.0.3:7100")]
    [InlineData("anycast", "n3=10.1.0.3:7200")]
    [InlineData("anycast", "define ROUTER6 = 2001:db8:1::1;")]
    public async Task Plan_ExampleAsItIsShown_IsRight(string example, string expected)
    {
        await WriteExampleAsync(example);
        var shown = await File.ReadAllLinesAsync(
            RepositoryRoot.Combine($"terraform/examples/{example}/terraform.tfvars.example")
        );
        await File.WriteAllLinesAsync(
            _terraform.Combine("terraform.tfvars"),
            shown
                .Where(line => !line.StartsWith("package ", Ordinal))
                .Append($"package = \"{MakePackage("0.1.0")}\"")
        );
        var (code, output) = await _terraform.RunAsync("plan");
        Assert.True(code == 0, output);
        Assert.Contains(expected, output, Ordinal);
    }

    /// <summary>As its reader fills it in, for a trial and for good.</summary>
    [Theory]
    [InlineData("", "http://203.0.113.7:8080")]
    [InlineData(
        "tls = { cert = \"/etc/edge/tls.pem\", key = \"/etc/edge/tls.key\" }",
        "https://203.0.113.7:8443"
    )]
    public async Task Plan_OneMachine_SaysWhereItWillBe(string tls, string expected)
    {
        await WriteExampleAsync("one-machine");
        var package = _terraform.Combine("edge-sfu-0.1.0-linux-x64.tar.gz");
        await File.WriteAllTextAsync(package, "none");
        await File.WriteAllTextAsync(
            _terraform.Combine("terraform.tfvars"),
            $"""
            package = "{package}"
            host    = "203.0.113.7"
            address = "203.0.113.7"
            {tls}
            """
        );
        var (code, output) = await _terraform.RunAsync("plan");
        Assert.True(code == 0, output);
        Assert.Contains(expected, output, Ordinal);
    }

    [Theory]
    [InlineData("ssh_host = \"10.1.0.1\"", "ssh_host = \"10.0.0.1\"", "A machine is in two PoPs")]
    [InlineData(
        "mesh_address = null",
        "mesh_address = \"10.0.0.1\"",
        "Two nodes have one mesh_address"
    )]
    public async Task Plan_WrongNetwork_SaysWhatToDo(string right, string wrong, string expected)
    {
        var configuration = $$"""
            module "network" {
              source = "./terraform/modules/network"
              package = "{{MakePackage("0.1.0")}}"
              pops = {
                fra = { http = { plain = true }, nodes = [{ name = "n1", ssh_host = "10.0.0.1", lan_address = "10.0.0.1", media_address = "10.0.0.1" }] }
                ams = { http = { plain = true }, nodes = [{ name = "n1", ssh_host = "10.1.0.1", lan_address = "10.1.0.1", media_address = "10.1.0.1", mesh_address = null }] }
              }
            }
            """;
        await _terraform.WriteAsync(configuration);
        var (code, output) = await _terraform.RunAsync("plan");
        Assert.True(code == 0, output);
        // A founding, the look at apps, and an owner, a machine, a stage, apps and a rollout for each PoP.
        Assert.Contains("Plan: 12 to add, 0 to change, 0 to destroy.", output, Ordinal);
        Assert.Contains("urls: [\"nats://10.1.0.1:7222\"]", output, Ordinal);
        await _terraform.WriteAsync(configuration.Replace(right, wrong, Ordinal));
        (code, output) = await _terraform.RunAsync("plan");
        Assert.Equal(1, code);
        Assert.Contains(expected, WordsOf(output), Ordinal);
    }

    [Fact]
    public async Task Format_EveryFile_IsTerraforms()
    {
        await _terraform.WriteAsync("");
        var (code, output) = await _terraform.RunAsync(
            "fmt",
            "-check",
            "-recursive",
            RepositoryRoot.Combine("terraform")
        );
        Assert.True(code == 0, output);
    }

    private async Task WriteExampleAsync(string example)
    {
        var folder = RepositoryRoot.Combine($"terraform/examples/{example}");
        var text = await File.ReadAllTextAsync(Path.Combine(folder, "main.tf"));
        await _terraform.WriteAsync(
            text.Replace("\"../../modules/", "\"./terraform/modules/", Ordinal)
        );
    }

    /// <summary>Terraform breaks lines where it likes.</summary>
    private static string WordsOf(string output) =>
        string.Join(' ', output.Split([' ', '\n', '│'], StringSplitOptions.RemoveEmptyEntries));

    private string MakePackage(string version)
    {
        var path = _terraform.Combine($"edge-sfu-{version}-linux-x64.tar.gz");
        File.WriteAllText(path, "none");
        return path;
    }

    private string Configuration()
    {
        File.WriteAllText(_terraform.Combine("id_test"), "none");
        _ = MakePackage("0.0.9");

        return $$"""
            module "pop" {
              source = "./terraform/modules/pop"
              name = "fra"
              package = "{{MakePackage("0.1.0")}}"
              ssh_key_file = "{{_terraform.Combine("id_test")}}"
              http = { plain = true }
              settings = {}
              mesh = null
              nodes = [
                { name = "n1", ssh_host = "10.0.0.1", lan_address = "10.0.0.1", media_address = "10.0.0.1" },
                { name = "n2", ssh_host = "10.0.0.2", lan_address = "10.0.0.2", media_address = "10.0.0.2", mesh_address = null },
              ]
            }
            """;
    }
}
