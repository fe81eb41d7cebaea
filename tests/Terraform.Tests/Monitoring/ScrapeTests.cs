using System.Text.Json;
using System.Text.RegularExpressions;
using Edge.Processes;
using Edge.Testing;
using Terraform.Lab;

namespace Terraform.Tests.Monitoring;

/// <summary>Real Prometheus, with what the module writes, over real processes.</summary>
public sealed partial class ScrapeTests
{
    private const RegexOptions Options =
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking;

    /// <summary>In the format of those who do not ask for OpenMetrics, which promtool reads.</summary>
    [Fact]
    public async Task Promtool_MetricsOfEveryProcess_HasNothingToSay()
    {
        await using var pop = await ScrapedPop.StartAsync();
        foreach (var job in pop.Ports.Keys)
        {
            await using var promtool = ChildProcess.Start([
                Programs.Require("promtool", PrometheusServer.Install),
                "check",
                "metrics",
            ]);
            await promtool.WriteLineAsync((await pop.ReadAsync(job)).TrimEnd('\n'));
            Assert.True(await promtool.EndInputAsync() == 0, $"{job}: {promtool.Output}");
        }
    }

    /// <summary>All are asked by what Terraform knows of them, whatever an alert looks at is there, and alerts come.</summary>
    [Fact]
    [Trait("Category", "Terraform")]
    public async Task Scrape_ByTheFilesOfTheModule_EveryMetricOfTheRulesIsThere()
    {
        await using var pop = await ScrapedPop.StartAsync();
        using var terraform = new TerraformFolder();
        var folder = terraform.Combine("prometheus");
        await ApplyAsync(terraform, folder, pop);
        await using var prometheus = await PrometheusServer.StartAsync(folder);

        await prometheus.UntilAsync(
            "all targets are up",
            "targets?state=active",
            data =>
                Targets(data)
                    .SequenceEqual(["anycastd up", "control up", "edge up"], StringComparer.Ordinal)
        );
        await AssertAllThereAsync(prometheus);
        // What a process does not say of itself is its target's, and what it says is not the target's.
        await AssertOneAsync(
            prometheus,
            "anycast_announced{pop=\"fra\",node=\"n1\",job=\"anycastd\"}"
        );
        await AssertOneAsync(prometheus, "sfu_sessions_max{pop=\"fra\",node=\"n1\",job=\"edge\"}");
        await AssertOneAsync(
            prometheus,
            "edge_draining{pop=\"fra\",node=\"n1-c\",job=\"control\"}"
        );

        await UntilAlertAsync(prometheus, "CertificateEnds", "firing");
        pop.Edge.Kill();
        await UntilAlertAsync(prometheus, "EdgeProcessDown", "pending");
    }

    /// <summary>A PoP that comes is a target more, and nothing that was there is made anew.</summary>
    [Fact]
    [Trait("Category", "Terraform")]
    public async Task Apply_TwiceThenAPopMore_ChangesTheTargetsAloneAndDestroyLeavesNothing()
    {
        using var terraform = new TerraformFolder();
        var folder = terraform.Combine("prometheus");
        await terraform.WriteAsync(
            Configuration(
                folder,
                "{ name = \"fra\", nodes = [{ name = \"n1\", lan_address = \"10.0.0.1\" }] }"
            )
        );
        await RunAsync(terraform, "apply", "-auto-approve");
        Assert.Contains("No changes.", await RunAsync(terraform, "plan"), StringComparison.Ordinal);

        await terraform.WriteAsync(
            Configuration(
                folder,
                "{ name = \"fra\", nodes = [{ name = \"n1\", lan_address = \"10.0.0.1\" }] }, "
                    + "{ name = \"ams\", anycast = true, nodes = [{ name = \"n1\", lan_address = \"fd00::1\" }] }"
            )
        );
        Assert.Contains(
            "1 added, 0 changed, 1 destroyed",
            await RunAsync(terraform, "apply", "-auto-approve"),
            StringComparison.Ordinal
        );
        var targets = await File.ReadAllTextAsync(Path.Combine(folder, "edge-targets.json"));
        Assert.Contains("\"[fd00::1]:9183\"", targets, StringComparison.Ordinal);
        Assert.DoesNotContain("\"10.0.0.1:9183\"", targets, StringComparison.Ordinal);

        await RunAsync(terraform, "destroy", "-auto-approve");
        Assert.Empty(Directory.EnumerateFiles(folder));
    }

    [Theory]
    [Trait("Category", "Terraform")]
    [InlineData(
        "{ name = \"a\", nodes = [] }, { name = \"a\", nodes = [] }",
        "Two PoPs have one name: a."
    )]
    [InlineData(
        "{ name = \"a\", nodes = [{ name = \"n1\", lan_address = \"ten\" }] }",
        "\"ten\" of n1 in a is none"
    )]
    [InlineData(
        "{ name = \"a\", nodes = [{ name = \"n1\", lan_address = \"10.0.0.1\" }, { name = \"n2\", lan_address = \"10.0.0.1\" }] }",
        "Two nodes have one lan_address"
    )]
    public async Task Plan_WrongFacts_SaysWhatToDo(string pops, string expected)
    {
        using var terraform = new TerraformFolder();
        await terraform.WriteAsync(Configuration(terraform.Combine("prometheus"), pops));
        var (code, output) = await terraform.RunAsync("plan");
        Assert.Equal(1, code);
        // Terraform breaks lines where it likes.
        var words = output.Split([' ', '\n', '│'], StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains(expected, string.Join(' ', words), StringComparison.Ordinal);
    }

    private static async Task ApplyAsync(TerraformFolder terraform, string folder, ScrapedPop pop)
    {
        var ports = string.Join(", ", pop.Ports.Select(port => $"{port.Key} = {port.Value}"));
        await terraform.WriteAsync(
            Configuration(
                folder,
                "{ name = \"fra\", anycast = true, nodes = [{ name = \"n1\", lan_address = \"127.0.0.1\" }] }",
                $"scrape_seconds = 1\n  ports = {{ {ports} }}"
            )
        );
        await RunAsync(terraform, "apply", "-auto-approve");
    }

    private static string Configuration(string folder, string pops, string more = "") =>
        $$"""
            module "monitoring" {
              source = "{{RepositoryRoot.Combine("terraform/modules/monitoring")}}"
              directory = "{{folder}}"
              pops = [{{pops}}]
              {{more}}
            }
            """;

    private static async Task<string> RunAsync(
        TerraformFolder terraform,
        string command,
        params string[] options
    )
    {
        var (code, output) = await terraform.RunAsync(command, options);
        Assert.True(code == 0, output);
        return output;
    }

    private static IEnumerable<string> Targets(JsonElement data) =>
        data.GetProperty("activeTargets")
            .EnumerateArray()
            .Select(target =>
                $"{target.GetProperty("labels").GetProperty("job")} {target.GetProperty("health")}"
            )
            .Order(StringComparer.Ordinal);

    /// <summary>No rule looks at a metric that is misspelt, or that nobody has any more.</summary>
    private static async Task AssertAllThereAsync(PrometheusServer prometheus)
    {
        var rules = await prometheus.AskAsync("rules?type=alert");
        var wanted = rules
            .GetProperty("groups")
            .EnumerateArray()
            .SelectMany(group => group.GetProperty("rules").EnumerateArray())
            .SelectMany(rule => MetricName().Matches(rule.GetProperty("query").GetString()!))
            .Select(match => match.Groups["name"].Value)
            .ToHashSet(StringComparer.Ordinal);
        Assert.True(wanted.Count >= 20, string.Join(' ', wanted));
        await prometheus.UntilAsync(
            $"there is each of {string.Join(' ', wanted)}",
            "label/__name__/values",
            data => wanted.IsSubsetOf(data.EnumerateArray().Select(name => name.GetString()!))
        );
    }

    private static Task AssertOneAsync(PrometheusServer prometheus, string query) =>
        prometheus.UntilAsync(
            $"{query} is one series",
            $"query?query={Uri.EscapeDataString(query)}",
            data => data.GetProperty("result").GetArrayLength() == 1
        );

    private static Task UntilAlertAsync(PrometheusServer prometheus, string name, string state) =>
        prometheus.UntilAsync(
            $"{name} is {state}",
            "alerts",
            data =>
                data.GetProperty("alerts")
                    .EnumerateArray()
                    .Any(alert =>
                        alert.GetProperty("labels").GetProperty("alertname").ValueEquals(name)
                        && alert.GetProperty("state").ValueEquals(state)
                        && alert.GetProperty("annotations").TryGetProperty("runbook", out _)
                    )
        );

    [GeneratedRegex(@"(^|[^""a-z_])(?<name>(sfu|edge|control|anycast|process)_[a-z_]+)", Options)]
    private static partial Regex MetricName();
}
