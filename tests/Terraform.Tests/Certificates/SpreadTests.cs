using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Edge.Processes;

namespace Terraform.Tests.Certificates;

/// <summary>A renewed certificate comes to all nodes of a PoP, whole or not at all.</summary>
[Trait("Category", "Netns")]
public sealed class SpreadTests
{
    private const StringComparison Ordinal = StringComparison.Ordinal;

    /// <summary>The whole way: certbot renews, the hook spreads, and who connects next sees the new one, while a connection from
    /// before goes on.</summary>
    [Fact]
    public async Task Hook_CertbotRenews_ControlsOfTheNodesShowTheNewOne()
    {
        await using var lab = await SpreadLab.StartAsync();
        await lab.NameNodesAsync("n1", "n2");
        await SpreadAsync(lab, lab.Certbot(1, "CN=first"));
        await using var control = await ControlProcess.StartAsync(
            [],
            ("EDGE_TLS_CERT", Path.Combine(lab.Node("n2"), "sfu.example/fullchain.pem")),
            ("EDGE_TLS_KEY", Path.Combine(lab.Node("n2"), "sfu.example/privkey.pem"))
        );
        using var client = new TcpClient();
        await using var before = await ConnectAsync(client, control.Url);
        Assert.Equal("CN=first", before.RemoteCertificate!.Subject);

        await SpreadAsync(lab, lab.Certbot(2, "CN=second"));

        await Patience.UntilAsync(
            "the next handshake shows the new certificate",
            () => ReadSubjectAsync(control.Url),
            subject => string.Equals(subject, "CN=second", Ordinal)
        );
        await before.WriteAsync("HEAD /healthz HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray());
        Assert.True(await before.ReadAsync(new byte[1024]) > 0);
    }

    [Fact]
    public async Task Hook_EveryNode_HasThePairForItsGroupAloneAndTheFormerOneFirst()
    {
        await using var lab = await SpreadLab.StartAsync();
        await lab.NameNodesAsync("n1", "n2");
        for (var number = 1; number <= 3; number++)
        {
            await SpreadAsync(lab, lab.Certbot(number, $"CN=c{number}"));
        }

        foreach (var node in (string[])[lab.Node("n1"), lab.Node("n2")])
        {
            using var pair = X509Certificate2.CreateFromPemFile(
                Path.Combine(node, "sfu.example/fullchain.pem"),
                Path.Combine(node, "sfu.example/privkey.pem")
            );
            Assert.Equal("CN=c3", pair.Subject);
            await using var mode = ChildProcess.Start([
                "stat",
                "-c",
                "%a",
                Path.Combine(node, "sfu.example/privkey.pem"),
            ]);
            await mode.EndInputAsync();
            Assert.Equal("640", mode.Output.Trim());
            // This one and the one before.
            Assert.Equal(2, Directory.GetDirectories(Path.Combine(node, ".versions")).Length);
        }
    }

    [Fact]
    public async Task Hook_AgainWithTheSame_LeavesNodesAlone()
    {
        await using var lab = await SpreadLab.StartAsync();
        await lab.NameNodesAsync("n1");
        var live = lab.Certbot(1, "CN=first");
        var after = ("CERTIFICATE_AFTER", $"echo ran >>{lab.Combine("after")}");
        _ = await lab.SpreadAsync([], ("RENEWED_LINEAGE", live), after);

        var (code, output) = await lab.SpreadAsync([], ("RENEWED_LINEAGE", live), after);

        Assert.True(code == 0, output);
        Assert.Contains("n1 has it already", output, Ordinal);
        Assert.Equal("ran\n", await File.ReadAllTextAsync(lab.Combine("after")));
    }

    /// <summary>lego 5 has other names for the same.</summary>
    [Theory]
    [InlineData("LEGO_CERT_DOMAIN", "LEGO_CERT")]
    [InlineData("LEGO_HOOK_CERT_NAME", "LEGO_HOOK_CERT")]
    public async Task Hook_LegoRenews_NodesHaveIt(string name, string prefix)
    {
        await using var lab = await SpreadLab.StartAsync();
        await lab.NameNodesAsync("n1");
        SpreadLab.Write(lab.Combine("_.example.crt"), lab.Combine("_.example.key"), "CN=lego");

        var (code, output) = await lab.SpreadAsync(
            [],
            (name, "*.example"),
            ($"{prefix}_PATH", lab.Combine("_.example.crt")),
            ($"{prefix}_KEY_PATH", lab.Combine("_.example.key"))
        );

        Assert.True(code == 0, output);
        Assert.True(File.Exists(Path.Combine(lab.Node("n1"), "_.example/fullchain.pem")));
    }

    /// <summary>What is wrong where it is renewed goes nowhere.</summary>
    [Theory]
    [InlineData("other", 90, "The key is not the certificate's")]
    [InlineData("own", -1, "its time is over")]
    public async Task Spread_WrongPair_IsSentNowhere(string key, int days, string expected)
    {
        await using var lab = await SpreadLab.StartAsync();
        await lab.NameNodesAsync("n1");
        SpreadLab.Write(lab.Combine("cert"), lab.Combine("own"), "CN=a", days);
        SpreadLab.Write(lab.Combine("unused"), lab.Combine("other"), "CN=b");

        var (code, output) = await lab.SpreadAsync(["a", lab.Combine("cert"), lab.Combine(key)]);

        Assert.Equal(2, code);
        Assert.Contains(expected, output, Ordinal);
        Assert.False(Directory.Exists(lab.Node("n1")));
    }

    [Fact]
    public async Task Spread_ANodeIsNotReached_TheOthersHaveItAndItIsNamed()
    {
        await using var lab = await SpreadLab.StartAsync();
        await lab.NameNodesAsync("gone", "n2");

        var (code, output) = await lab.SpreadAsync(
            [],
            ("RENEWED_LINEAGE", lab.Certbot(1, "CN=first"))
        );

        Assert.Equal(1, code);
        Assert.Contains("gone does not have the certificate sfu.example", output, Ordinal);
        Assert.Contains("n2 has the new one", output, Ordinal);
        Assert.DoesNotContain("PRIVATE KEY", output, Ordinal);
    }

    private static async Task SpreadAsync(SpreadLab lab, string live)
    {
        var (code, output) = await lab.SpreadAsync([], ("RENEWED_LINEAGE", live));
        Assert.True(code == 0, output);
        Assert.Contains("has the new one", output, Ordinal);
    }

    private static async Task<string> ReadSubjectAsync(Uri url)
    {
        using var client = new TcpClient();
        await using var tls = await ConnectAsync(client, url);
        return tls.RemoteCertificate!.Subject;
    }

    private static async Task<SslStream> ConnectAsync(TcpClient client, Uri url)
    {
        await client.ConnectAsync(url.Host, url.Port);
        // Made here for this test; no authority knows it.
        var tls = new SslStream(client.GetStream(), false, (_, seen, _, _) => seen is not null);
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = "x" }
        );
        return tls;
    }
}
