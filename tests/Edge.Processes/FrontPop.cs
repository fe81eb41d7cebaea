using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Edge.Processes;

/// <summary>An edge and a control as processes of their own, behind one port for media and HTTPS.</summary>
public sealed class FrontPop : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("edge-front-");
    private readonly IReadOnlyList<string> _prefix;
    private readonly IPEndPoint _front;
    private readonly (string, string)[] _settings;

    private FrontPop(IReadOnlyList<string> prefix, IPEndPoint front)
    {
        _prefix = prefix;
        _front = front;
        WriteCertificate(front.Address);
        File.WriteAllText(InFolder("pop.key"), RandomNumberGenerator.GetHexString(64));
        _settings =
        [
            ("EDGE_POP_KEY_FILE", InFolder("pop.key")),
            ("EDGE_PEERS", $"e1={FreeAddress()},e2={FreeAddress()},c1={FreeAddress()}"),
            ("EDGE_FRONT_SOCKET", InFolder("control.sock")),
            ("EDGE_SHARDS", "1"),
        ];
        Http = NewClient();
    }

    /// <summary>Asks by HTTPS, as an app, over connections to the front.</summary>
    public HttpClient Http { get; private set; }

    /// <summary>The base URL at the front.</summary>
    public Uri Url => new($"https://{_front}/");

    /// <summary>The edge.</summary>
    public EdgeProcess Edge { get; private set; } = null!;

    /// <summary>The control.</summary>
    public ControlProcess Control { get; private set; } = null!;

    /// <summary>The edge that takes the first one's place; null before it is started.</summary>
    public EdgeProcess? Heir { get; private set; }

    /// <summary>Starts one.</summary>
    /// <param name="prefix">A command that runs the programs, for a network namespace.</param>
    /// <param name="front">The front's address.</param>
    /// <param name="media">Settings of the edge's other media.</param>
    public static async Task<FrontPop> StartAsync(
        IReadOnlyList<string> prefix,
        IPEndPoint front,
        params (string Name, string Value)[] media
    )
    {
        var pop = new FrontPop(prefix, front);
        try
        {
            pop.Edge = await pop.StartEdgeAsync("e1", media);
            await pop.StartControlAsync();
            return pop;
        }
        catch
        {
            await pop.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts an edge beside the first one, to take its place at the front.</summary>
    /// <param name="media">Settings of its other media.</param>
    public async Task StartHeirAsync(params (string Name, string Value)[] media) =>
        Heir = await StartEdgeAsync("e2", media);

    /// <summary>Starts the control, also in place of one that ended.</summary>
    public async Task StartControlAsync()
    {
        if (Control is not null)
        {
            await Control.DisposeAsync();
        }

        Control = await ControlProcess.StartAsync(
            _prefix,
            [
                .. _settings,
                ("EDGE_NODE", "c1"),
                ("EDGE_TLS_CERT", InFolder("cert.pem")),
                ("EDGE_TLS_KEY", InFolder("key.pem")),
            ]
        );
    }

    /// <summary>Asks over new connections from now on.</summary>
    public void Reconnect()
    {
        Http.Dispose();
        Http = NewClient();
    }

    /// <summary>Waits until control answers at the front and knows somebody who takes sessions.</summary>
    public Task UntilReadyAsync() =>
        Patience.UntilAsync(
            "HTTPS at the front says that sessions are taken",
            async () =>
            {
                try
                {
                    using var response = await Http.GetAsync(new Uri(Url, "readyz"));
                    return (HttpStatusCode?)response.StatusCode;
                }
                catch (HttpRequestException)
                {
                    return null;
                }
            },
            seen => seen == HttpStatusCode.OK
        );

    /// <summary>Ends it.</summary>
    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (Control is not null)
        {
            await Control.DisposeAsync();
        }

        foreach (var edge in new[] { Edge, Heir })
        {
            if (edge is not null)
            {
                await edge.StopAsync();
                await edge.DisposeAsync();
            }
        }

        _folder.Delete(recursive: true);
    }

    private Task<EdgeProcess> StartEdgeAsync(string name, (string Name, string Value)[] media) =>
        EdgeProcess.StartAsync(
            _prefix,
            [.. _settings, ("EDGE_NODE", name), ("EDGE_FRONT", $"{_front}"), .. media]
        );

    private static string FreeAddress() => $"127.0.0.1:{FreePorts.TcpAndUdp()}";

    private string InFolder(string name) => Path.Combine(_folder.FullName, name);

    private HttpClient NewClient() =>
        new(
            new SocketsHttpHandler
            {
                SslOptions =
                {
                    // Made here for this test; no authority knows it.
                    RemoteCertificateValidationCallback = (_, seen, _, _) => seen is not null,
                },
            }
        )
        {
            BaseAddress = Url,
            DefaultRequestHeaders = { Authorization = new("Bearer", ControlProcess.Secret) },
        };

    private void WriteCertificate(IPAddress address)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=front", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(address);
        request.CertificateExtensions.Add(names.Build());
        var now = DateTimeOffset.UtcNow;
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        File.WriteAllText(InFolder("cert.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(InFolder("key.pem"), key.ExportPkcs8PrivateKeyPem());
    }
}
