using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Edge.Processes;

namespace Terraform.Tests.Monitoring;

/// <summary>A PoP of one node with all that it can have: edge with a front, control with HTTPS, anycastd, NATS. Each says its
/// metrics at an address for Prometheus.</summary>
internal sealed class ScrapedPop : IAsyncDisposable
{
    /// <summary>For how long its certificate is valid: less than what an alert asks for.</summary>
    private static readonly TimeSpan CertificateLifetime = TimeSpan.FromDays(1);

    private readonly string _folder = Directory.CreateTempSubdirectory("edge-scraped-").FullName;
    private readonly (string, string)[] _settings;
    private readonly string _media = Address(FreePorts.TcpAndUdp());
    private NatsServer? _nats;
    private ControlProcess? _control;
    private ChildProcess? _anycastd;

    private ScrapedPop()
    {
        File.WriteAllText(Combine("pop.key"), RandomNumberGenerator.GetHexString(64));
        WriteCertificate();
        _settings =
        [
            ("EDGE_POP", "fra"),
            ("EDGE_POP_KEY_FILE", Combine("pop.key")),
            ("EDGE_PEERS", $"n1={FreeAddress()},n1-c={FreeAddress()}"),
            ("EDGE_FRONT_SOCKET", Combine("control.sock")),
            ("EDGE_SHARDS", "1"),
        ];
    }

    /// <summary>The ports of the processes' metrics, by job.</summary>
    public IReadOnlyDictionary<string, int> Ports { get; } =
        new Dictionary<string, int>(StringComparer.Ordinal)
        {
            ["edge"] = FreePorts.Tcp(),
            ["control"] = FreePorts.Tcp(),
            ["anycastd"] = FreePorts.Tcp(),
        };

    /// <summary>The edge.</summary>
    public EdgeProcess Edge { get; private set; } = null!;

    /// <summary>Starts it, and asks control something, so that it has something to say.</summary>
    public static async Task<ScrapedPop> StartAsync()
    {
        var pop = new ScrapedPop();
        try
        {
            await pop.StartProcessesAsync();
            return pop;
        }
        catch
        {
            await pop.DisposeAsync();
            throw;
        }
    }

    /// <summary>What a process says, as a scraper of the former format gets it.</summary>
    public async Task<string> ReadAsync(string job)
    {
        using var http = new HttpClient();
        return await http.GetStringAsync(new Uri($"http://{Address(Ports[job])}/metrics"));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var process in (IAsyncDisposable?[])[_anycastd, _control, Edge, _nats])
        {
            if (process is not null)
            {
                await process.DisposeAsync();
            }
        }

        Directory.Delete(_folder, recursive: true);
    }

    private async Task StartProcessesAsync()
    {
        _nats = await NatsServer.StartAsync();
        Edge = await EdgeProcess.StartAsync([
            .. _settings,
            ("EDGE_NODE", "n1"),
            ("EDGE_NATS", _nats.Url),
            ("EDGE_MEDIA", _media),
            ("EDGE_FRONT", FreeAddress()),
            ("EDGE_METRICS", Address(Ports["edge"])),
        ]);
        _control = await ControlProcess.StartAsync(
            [],
            [
                .. _settings,
                ("EDGE_NODE", "n1-c"),
                ("EDGE_NATS", _nats.Url),
                ("EDGE_TLS_CERT", Combine("cert.pem")),
                ("EDGE_TLS_KEY", Combine("key.pem")),
                ("EDGE_METRICS", Address(Ports["control"])),
            ]
        );
        _anycastd = await ServerProcess.StartAsync(
            Programs.RequireAnycastd(),
            ("EDGE_NODE", "n1"),
            ("EDGE_ADMIN", "127.0.0.1:0"),
            ("EDGE_METRICS", Address(Ports["anycastd"])),
            ("EDGE_ANYCAST_BIRD", Combine("bird.ctl")),
            ("EDGE_ANYCAST_PROBE", _media),
            ("EDGE_ANYCAST_READY", $"{new Uri(Edge.AdminUrl, "readyz")}"),
            ("EDGE_ANYCAST_DRY_RUN", "1")
        );
        await AskAsync(_control.Url);
    }

    /// <summary>A request makes the series of its route.</summary>
    private static async Task AskAsync(Uri url)
    {
        using var handler = new SocketsHttpHandler();
        // Made here for this test; no authority knows it.
        handler.SslOptions.RemoteCertificateValidationCallback = (_, seen, _, _) =>
            seen is not null;
        using var http = new HttpClient(handler);
        using var response = await http.GetAsync(new Uri(url, "/healthz"));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private void WriteCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=edge", key, HashAlgorithmName.SHA256);
        var now = DateTimeOffset.UtcNow;
        using var certificate = request.CreateSelfSigned(
            now.AddHours(-1),
            now + CertificateLifetime
        );
        File.WriteAllText(Combine("cert.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(Combine("key.pem"), key.ExportPkcs8PrivateKeyPem());
    }

    private string Combine(string name) => Path.Combine(_folder, name);

    private static string FreeAddress() => Address(FreePorts.TcpAndUdp());

    private static string Address(int port) =>
        string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
}
