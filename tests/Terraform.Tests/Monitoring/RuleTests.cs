using System.Text.RegularExpressions;
using Edge.Processes;
using Edge.Testing;

namespace Terraform.Tests.Monitoring;

/// <summary>The alerts by themselves: promtool takes them, each is shown to fire, and each says what to do.</summary>
public sealed partial class RuleTests
{
    private static readonly string Folder = RepositoryRoot.Combine("terraform/modules/monitoring");
    private static readonly string Rules = File.ReadAllText(Path.Combine(Folder, "rules.yml"));

    public static TheoryData<string> Alerts =>
        [.. AlertLine().Matches(Rules).Select(match => match.Groups["name"].Value)];

    [Theory]
    [InlineData("check", "rules.yml")]
    [InlineData("test", "rules_test.yml")]
    public async Task Promtool_Rules_HasNothingToSay(string command, string file)
    {
        await using var promtool = ChildProcess.Start([
            Programs.Require("promtool", PrometheusServer.Install),
            command,
            "rules",
            Path.Combine(Folder, file),
        ]);
        var code = await promtool.EndInputAsync(TimeSpan.FromMinutes(5));
        Assert.True(code == 0, promtool.Output);
    }

    [Theory]
    [MemberData(nameof(Alerts))]
    public async Task Alert_EachOne_IsShownToFireAndSaysWhatToDo(string alert)
    {
        var tests = await File.ReadAllTextAsync(Path.Combine(Folder, "rules_test.yml"));
        Assert.Matches($"labels: '{{alertname=\"{alert}\"[^']*', value: 1 }}", tests);

        var rule = Rules[Rules.IndexOf($"- alert: {alert}\n", StringComparison.Ordinal)..];
        var end = rule.IndexOf("\n      - alert:", StringComparison.Ordinal);
        rule = end < 0 ? rule : rule[..end];
        Assert.Matches("severity: (page|ticket) ", rule);
        Assert.Matches("summary: \".{20,}\"", rule);
        Assert.Matches("description: \".{60,}\"", rule);
        var page = "terraform/modules/monitoring/README.md";
        Assert.Contains(
            $"runbook: {page}#{alert.ToLowerInvariant()}\n",
            $"{rule}\n",
            StringComparison.Ordinal
        );
        var book = await File.ReadAllTextAsync(RepositoryRoot.Combine(page));
        Assert.Matches($"\n### {alert}\n\\S.{{40,}}", book);
    }

    [GeneratedRegex(@"- alert: (?<name>\w+)\n", RegexOptions.NonBacktracking)]
    private static partial Regex AlertLine();
}
