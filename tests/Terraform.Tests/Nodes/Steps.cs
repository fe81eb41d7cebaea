using System.Globalization;
using System.Text;
using Edge.Processes;
using Terraform.Lab;

namespace Terraform.Tests.Nodes;

/// <summary>What operators do, and what has to be true after it.</summary>
internal static class Steps
{
    private const StringComparison Ordinal = StringComparison.Ordinal;

    /// <summary>Waits until a node has so many connections to or from a port.</summary>
    public static Task UntilConnectedAsync(NodeLab lab, int number, string port, int atLeast) =>
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
    public static async Task DestroyAsync(TerraformFolder terraform, NodeLab lab, int nodes)
    {
        var (code, output) = await terraform.RunAsync("destroy", "-auto-approve");
        Assert.True(code == 0, output);
        for (var number = 1; number <= nodes; number++)
        {
            Assert.Equal(
                "",
                await lab.RunAsync(
                    number,
                    "ls -d /opt/edge /etc/edge /run/edge* /var/lib/edge* /etc/systemd/system/edge* /etc/*.d/*edge* 2>/dev/null; getent passwd | grep ^edge; getent group | grep ^edge; for name in edge control anycastd nats-server turnserver bird consul; do pgrep -x $name; done"
                )
            );
        }
    }

    /// <summary>The first two nodes have the same secrets, and the state has none of them.</summary>
    public static async Task ExpectOneSecretAsync(
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

    /// <summary>Applies; words that begin with "-" are options, the others have to be said.</summary>
    public static async Task ApplyAsync(TerraformFolder terraform, params string[] words)
    {
        var options = words.Where(word => word.StartsWith('-')).ToArray();
        var (code, output) = await terraform.ApplyAsync(options);
        Assert.True(code == 0, output);
        foreach (var word in words.Except(options, StringComparer.Ordinal))
        {
            Assert.True(output.Contains(word, Ordinal), $"Not said: {word}. Said: {output}");
        }
    }

    /// <summary>Applies, which has to fail with these words.</summary>
    public static async Task FailAsync(
        TerraformFolder terraform,
        string expected,
        params string[] options
    )
    {
        var (code, output) = await terraform.ApplyAsync(options);
        Assert.Equal(1, code);
        Assert.Contains(expected, output, Ordinal);
    }

    /// <summary>A plan has nothing to do.</summary>
    public static async Task ExpectNoChangeAsync(TerraformFolder terraform, params string[] options)
    {
        var (code, output) = await terraform.RunAsync("plan", ["-detailed-exitcode", .. options]);
        Assert.True(code == 0, output);
    }

    /// <summary>Boots a node anew: every unit comes up by itself, and the node is what it was and takes sessions.</summary>
    public static async Task RebootAsync(NodeLab lab, TerraformFolder terraform, int number)
    {
        await lab.RebootAsync(number);
        await UntilReadyAsync(lab, number);
        var (code, output) = await terraform.RunDriftAsync("plan", "-detailed-exitcode");
        Assert.True(code == 0, output);
    }

    /// <summary>Waits until edge and control of a node take sessions.</summary>
    public static Task UntilReadyAsync(NodeLab lab, int number) =>
        Patience.UntilAsync(
            $"n{number} is ready",
            () =>
                lab.RunAsync(
                    number,
                    "for port in 8081 8082; do exec 3<>/dev/tcp/127.0.0.1/$port; printf 'GET /readyz HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3; head -n 1 <&3; done 2>&1"
                ),
            seen => seen.Split(" 200 ").Length == 3
        );

    /// <summary>Process ids of edge and control of these nodes.</summary>
    public static async Task<string> PidsAsync(NodeLab lab, params int[] numbers)
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
}
