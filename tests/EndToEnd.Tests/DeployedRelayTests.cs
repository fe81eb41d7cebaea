using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using Edge.Processes;
using EndToEnd.Tests.Browsers;
using EndToEnd.Tests.Support;
using Terraform.Lab;
using Xunit.Abstractions;

namespace EndToEnd.Tests;

/// <summary>Browsers that may use relays alone publish and play through the coturn of a node that Terraform has made.</summary>
[Trait("Category", "Browser")]
[Trait("Category", "Netns")]
public sealed class DeployedRelayTests(ITestOutputHelper output)
{
    private static readonly string Node = NodeLab.AddressOf(1);
    private static readonly Uri Url = new($"https://{Node}:8443/");

    [Fact]
    [Trait("Category", "Terraform")]
    public async Task Chromium_RelayedByUdpTcpAndTls_PublishesAndPlays()
    {
        await using var lab = await NodeLab.StartAsync(1);
        using var packages = await PackagePair.MakeAsync();
        using var terraform = new TerraformFolder { Prefix = lab.Operator };
        await lab.RunAsync(
            1,
            "mkdir /etc/tls && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=n1 -keyout /etc/tls/key -out /etc/tls/chain 2>/dev/null && chmod 644 /etc/tls/key"
        );
        await terraform.WriteAsync(Configuration(lab, packages));
        await terraform.MustApplyAsync();

        using var certificate = X509Certificate2.CreateFromPem(
            await lab.RunAsync(1, "cat /etc/tls/chain")
        );
        await using var chromium = await Chromium.StartAsync(
            lab.Operator,
            $"--ignore-certificate-errors-spki-list={KeyOf(certificate)}"
        );
        var server = await ServerAsync(lab, certificate);
        foreach (var url in server["urls"]!.AsArray().Select(url => (string)url!).ToList())
        {
            server["urls"] = url;
            await PlayAsync(chromium, server.ToJsonString(), ProtocolOf(url));
        }
    }

    private async Task PlayAsync(Chromium chromium, string server, string protocol)
    {
        await using var from = await chromium.NewPageAsync();
        await using var to = await chromium.NewPageAsync();
        await RelayAsync(from, server);
        await RelayAsync(to, server);
        var publisher = await ConsolePage.OpenAsync(
            from,
            Url,
            $"publish={protocol}&codec=VP8&source=test&size=640x360"
        );
        await publisher.PublishAsync();
        var viewer = await ConsolePage.OpenAsync(to, Url, $"watch={protocol}");
        await viewer.PressWatchAsync();
        output.WriteLine($"{protocol}: {await Playing.ExpectAsync(publisher, viewer)}");
        Assert.Equal($"relay {protocol}", await WayAsync(from));
        Assert.Equal($"relay {protocol}", await WayAsync(to));
    }

    /// <summary>Whatever connection the page makes, it is given this server and nothing else.</summary>
    private static Task RelayAsync(ChromiumPage page, string server) =>
        page.Page.AddInitScriptAsync(
            $$"""
            (() => {
              const Real = window.RTCPeerConnection;
              window.RTCPeerConnection = class extends Real {
                constructor(options) {
                  super({ ...options, iceTransportPolicy: "relay", iceServers: [{{server}}] });
                  window.relayed = this;
                }
              };
            })()
            """
        );

    /// <summary>What the page's connection is sent over: the candidate's type, and how it reaches the relay.</summary>
    private static async Task<string?> WayAsync(ChromiumPage page) =>
        JsonSerializer.Deserialize<string>(
            await page.EvaluateAsync(
                """
                (async () => {
                  const all = await relayed.getStats();
                  const { selectedCandidatePairId } = [...all.values()].find(({ type }) => type === "transport");
                  const local = all.get(all.get(selectedCandidatePairId).localCandidateId);
                  return `${local.candidateType} ${local.relayProtocol}`;
                })()
                """
            )
        );

    private static string ProtocolOf(string url) =>
        url.StartsWith("turns:", StringComparison.Ordinal) ? "tls"
        : url.EndsWith("=tcp", StringComparison.Ordinal) ? "tcp"
        : "udp";

    /// <summary>A key that the browser takes whoever vouches for it: its SHA-256.</summary>
    private static string KeyOf(X509Certificate2 certificate) =>
        Convert.ToBase64String(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()));

    /// <summary>The relay that control gives an app, with credentials.</summary>
    private static async Task<JsonObject> ServerAsync(NodeLab lab, X509Certificate2 certificate)
    {
        using var handler = (SocketsHttpHandler)lab.CreateHandler();
        handler.SslOptions = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = (_, shown, _, _) => certificate.Equals(shown),
        };
        using var http = new HttpClient(handler);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer",
            ControlProcess.Secret
        );
        using var response = await http.PostAsJsonAsync(
            new Uri(Url, $"v1/turn/keys/{ControlProcess.App}/credentials/generate-ice-servers"),
            new JsonObject { ["ttl"] = 600 }
        );
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        var server = JsonNode.Parse(text)!["iceServers"]!
            .AsArray()
            .Single(each => each!["username"] is not null)!;
        Assert.Equal(3, server["urls"]!.AsArray().Count);
        return server.DeepClone().AsObject();
    }

    private static string Configuration(NodeLab lab, PackagePair packages) =>
        $$"""
            module "pop" {
              source = "./terraform/modules/pop"
              name = "fra"
              package = "{{packages.Former}}"
              ssh_key_file = "{{lab.Key}}"
              ssh_known_hosts_file = "{{lab.KnownHosts}}"
              apps = "{{ControlProcess.App}}:{{ControlProcess.Secret}}"
              http = { tls_cert = "/etc/tls/chain", tls_key = "/etc/tls/key" }
              settings = { EDGE_SHARDS = "1" }
              gate_seconds = 120
              nodes = [{
                name = "n1"
                ssh_host = "{{Node}}"
                lan_address = "{{Node}}"
                media_address = "{{Node}}"
              }]
            }
            """;
}
