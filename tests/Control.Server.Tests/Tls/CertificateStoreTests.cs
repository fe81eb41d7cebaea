using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Control.Server.Settings;
using Control.Server.Telemetry;
using Control.Server.Tests.Support;
using Control.Server.Tls;
using Edge.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Control.Server.Tests.Tls;

/// <summary>HTTPS, and the certificate that changes under it.</summary>
public sealed class CertificateStoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("edge-tls-").FullName;
    private readonly TlsSource.Files _files;

    public CertificateStoreTests()
    {
        _files = new(Path.Combine(_folder, "cert.pem"), Path.Combine(_folder, "key.pem"));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Refresh_FilesChanged_NextHandshakeShowsTheNewOne()
    {
        WritePair("CN=first");
        var store = CertificateStore.FromFiles(_files, NullLogger.Instance);
        await using var server = await TestServer.StartAsync(certificates: store);
        Assert.Equal("CN=first", await ReadSubjectAsync(server));
        using var health = await server.Client.GetAsync(new Uri(server.Url, "healthz"));
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
        Assert.Equal("https", server.Url.Scheme);

        WritePair("CN=second");
        server.Time.Advance(CertificateStore.PollInterval);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (
            !string.Equals(await ReadSubjectAsync(server), "CN=second", StringComparison.Ordinal)
        )
        {
            limit.Token.ThrowIfCancellationRequested();
        }
    }

    [Fact]
    public async Task Refresh_HalfWrittenOrMissingFiles_KeepsTheOldUntilWhole()
    {
        WritePair("CN=first");
        var store = CertificateStore.FromFiles(_files, NullLogger.Instance);
        var oldKey = File.ReadAllText(_files.KeyPath);
        WritePair("CN=second");
        var newKey = File.ReadAllText(_files.KeyPath);

        File.WriteAllText(_files.KeyPath, oldKey);
        store.Refresh();
        Assert.Equal("CN=first", store.Current.TargetCertificate.Subject);
        Assert.Equal(1, (await ReportAsync(store)).Of("control_certificate_refused"));
        File.Delete(_files.KeyPath);
        store.Refresh();
        File.WriteAllText(_files.KeyPath, "junk");
        store.Refresh();
        Assert.Equal("CN=first", store.Current.TargetCertificate.Subject);

        File.WriteAllText(_files.KeyPath, newKey);
        store.Refresh();
        Assert.Equal("CN=second", store.Current.TargetCertificate.Subject);
        var report = await ReportAsync(store);
        Assert.Equal(0, report.Of("control_certificate_refused"));
        Assert.Equal(1, report.Of("control_certificate_reloads_total"));
        Assert.InRange(
            report.Of("control_certificate_not_after_seconds"),
            DateTimeOffset.UtcNow.AddHours(20).ToUnixTimeSeconds(),
            DateTimeOffset.UtcNow.AddHours(25).ToUnixTimeSeconds()
        );
    }

    /// <summary>Whoever put the former files back has mended it.</summary>
    [Fact]
    public void Refresh_FormerFilesAreBack_NothingIsRefusedAnyMore()
    {
        WritePair("CN=first");
        var store = CertificateStore.FromFiles(_files, NullLogger.Instance);
        var key = File.ReadAllText(_files.KeyPath);
        File.WriteAllText(_files.KeyPath, "junk");
        store.Refresh();
        Assert.True(store.IsRefused);

        File.WriteAllText(_files.KeyPath, key);
        store.Refresh();

        Assert.False(store.IsRefused);
        Assert.Equal(0, store.Reloads);
    }

    /// <summary>What is wrong may stay wrong for hours: the log says it once.</summary>
    [Fact]
    public void Refresh_AgainAndAgain_SaysAReasonOnce()
    {
        WritePair("CN=first");
        var log = new LogLines();
        var store = CertificateStore.FromFiles(_files, log);
        File.Delete(_files.KeyPath);

        store.Refresh();
        store.Refresh();
        Assert.Equal(1, log.Count(LogLevel.Warning));

        File.WriteAllText(_files.KeyPath, "junk");
        store.Refresh();
        store.Refresh();
        Assert.Equal(2, log.Count(LogLevel.Warning));
    }

    /// <summary>certbot keeps each pair in archive/, and links in live/ that it changes one after the other.</summary>
    [Fact]
    public void Refresh_CertbotRenews_NeitherHalfIsTakenAlone()
    {
        var archive = Directory.CreateDirectory(Path.Combine(_folder, "archive/edge")).FullName;
        var live = Directory.CreateDirectory(Path.Combine(_folder, "live/edge")).FullName;
        var files = new TlsSource.Files(
            Path.Combine(live, "fullchain.pem"),
            Path.Combine(live, "privkey.pem")
        );
        Keep(archive, 1, "CN=first");
        Link(files.CertificatePath, "../../archive/edge/fullchain1.pem");
        Link(files.KeyPath, "../../archive/edge/privkey1.pem");
        var store = CertificateStore.FromFiles(files, NullLogger.Instance);
        Keep(archive, 2, "CN=second");

        Link(files.KeyPath, "../../archive/edge/privkey2.pem");
        store.Refresh();
        Assert.Equal("CN=first", store.Current.TargetCertificate.Subject);
        Assert.True(store.IsRefused);

        Link(files.CertificatePath, "../../archive/edge/fullchain2.pem");
        store.Refresh();
        Assert.Equal("CN=second", store.Current.TargetCertificate.Subject);
    }

    /// <summary>lego writes NAME.crt and NAME.key over, in certificates/.</summary>
    [Fact]
    public void Refresh_LegoRenews_TheNewOneOnceBothAreThere()
    {
        var files = new TlsSource.Files(
            Path.Combine(_folder, "edge.example.crt"),
            Path.Combine(_folder, "edge.example.key")
        );
        Overwrite(files, "CN=first", hasKey: true);
        var store = CertificateStore.FromFiles(files, NullLogger.Instance);
        var key = Overwrite(files, "CN=second", hasKey: false);
        store.Refresh();
        Assert.Equal("CN=first", store.Current.TargetCertificate.Subject);

        File.WriteAllText(files.KeyPath, key);
        store.Refresh();
        Assert.Equal("CN=second", store.Current.TargetCertificate.Subject);
    }

    /// <summary>Who is there notices nothing: the connection from before goes on, by the certificate that it began with.</summary>
    [Fact]
    public async Task Refresh_WhileAConnectionIsOpen_ItGoesOn()
    {
        WritePair("CN=first");
        var store = CertificateStore.FromFiles(_files, NullLogger.Instance);
        await using var server = await TestServer.StartAsync(certificates: store);
        using var client = new TcpClient();
        await using var before = await ConnectAsync(client, server);
        Assert.Equal("200", await AskAsync(before));

        WritePair("CN=second");
        store.Refresh();

        Assert.Equal("CN=second", await ReadSubjectAsync(server));
        Assert.Equal("200", await AskAsync(before));
        Assert.Equal("CN=first", before.RemoteCertificate!.Subject);
    }

    [Fact]
    public void Refresh_LinkSwapped_TheNewOne()
    {
        WritePair("CN=first");
        var link = Path.Combine(_folder, "link");
        Directory.CreateDirectory(Path.Combine(_folder, "a"));
        Directory.CreateDirectory(Path.Combine(_folder, "b"));
        Move("a");
        WritePair("CN=second");
        Move("b");
        Directory.CreateSymbolicLink(link, Path.Combine(_folder, "a"));
        var files = new TlsSource.Files(
            Path.Combine(link, "cert.pem"),
            Path.Combine(link, "key.pem")
        );
        var store = CertificateStore.FromFiles(files, NullLogger.Instance);
        Directory.Delete(link);
        Directory.CreateSymbolicLink(link, Path.Combine(_folder, "b"));
        store.Refresh();
        Assert.Equal("CN=second", store.Current.TargetCertificate.Subject);
    }

    [Fact]
    public async Task Create_SelfSigned_ValidForItsAddresses()
    {
        var address = IPAddress.Parse("192.168.1.5");
        using var certificate = SelfSignedCertificate.Create(
            [address, IPAddress.Loopback],
            TimeProvider.System
        );
        Assert.True(certificate.MatchesHostname("192.168.1.5"));
        Assert.True(certificate.MatchesHostname("localhost"));
        Assert.False(certificate.MatchesHostname("192.168.1.6"));
        Assert.True(certificate.NotAfter < DateTime.Now.AddDays(398));
        var store = CertificateStore.FromCertificate(certificate, NullLogger.Instance);
        await using var server = await TestServer.StartAsync(certificates: store);
        Assert.Equal("CN=edge", await ReadSubjectAsync(server));
    }

    private void Move(string folder)
    {
        foreach (var name in (string[])["cert.pem", "key.pem"])
        {
            File.Move(Path.Combine(_folder, name), Path.Combine(_folder, folder, name));
        }
    }

    private void WritePair(string subject) => Overwrite(_files, subject, hasKey: true);

    /// <summary>Writes a new pair, or its certificate alone; the key.</summary>
    private static string Overwrite(TlsSource.Files files, string subject, bool hasKey)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        var now = DateTimeOffset.UtcNow;
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        File.WriteAllText(files.CertificatePath, certificate.ExportCertificatePem());
        var text = key.ExportPkcs8PrivateKeyPem();
        if (hasKey)
        {
            File.WriteAllText(files.KeyPath, text);
        }

        return text;
    }

    private static void Keep(string archive, int number, string subject)
    {
        var files = new TlsSource.Files(
            Path.Combine(archive, $"fullchain{number}.pem"),
            Path.Combine(archive, $"privkey{number}.pem")
        );
        Overwrite(files, subject, hasKey: true);
    }

    /// <summary>As certbot does: a link of another name, put into the place of the former one.</summary>
    private static void Link(string path, string target)
    {
        File.CreateSymbolicLink($"{path}.new", target);
        File.Move($"{path}.new", path, overwrite: true);
    }

    private static async Task<MetricTable> ReportAsync(CertificateStore store)
    {
        var table = new MetricTable();
        await CertificateMetrics.ReportAsync(store, table);
        return table;
    }

    private static async Task<string> ReadSubjectAsync(TestServer server)
    {
        using var client = new TcpClient();
        await using var tls = await ConnectAsync(client, server);
        return tls.RemoteCertificate!.Subject;
    }

    private static async Task<SslStream> ConnectAsync(TcpClient client, TestServer server)
    {
        await client.ConnectAsync(server.Url.Host, server.Url.Port);
        var tls = new SslStream(client.GetStream(), false, OwnCertificates.Accept);
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = "x" }
        );
        return tls;
    }

    /// <summary>Asks on a connection that stays; the status of the answer.</summary>
    private static async Task<string> AskAsync(SslStream tls)
    {
        await tls.WriteAsync("HEAD /healthz HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray());
        var buffer = new byte[4096];
        var answer = "";
        // The answer to HEAD has no body.
        while (!answer.Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            var count = await tls.ReadAsync(buffer);
            Assert.True(count > 0, "The connection has ended.");
            answer += Encoding.ASCII.GetString(buffer, 0, count);
        }

        return answer.Split(' ')[1];
    }
}
