using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Control.Server.Settings;
using Control.Server.Tests.Support;
using Control.Server.Tls;
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
    public void Refresh_HalfWrittenOrMissingFiles_KeepsTheOldUntilWhole()
    {
        WritePair("CN=first");
        var store = CertificateStore.FromFiles(_files, NullLogger.Instance);
        var oldKey = File.ReadAllText(_files.KeyPath);
        WritePair("CN=second");
        var newKey = File.ReadAllText(_files.KeyPath);

        File.WriteAllText(_files.KeyPath, oldKey);
        store.Refresh();
        Assert.Equal("CN=first", store.Current.TargetCertificate.Subject);
        File.Delete(_files.KeyPath);
        store.Refresh();
        File.WriteAllText(_files.KeyPath, "junk");
        store.Refresh();
        Assert.Equal("CN=first", store.Current.TargetCertificate.Subject);

        File.WriteAllText(_files.KeyPath, newKey);
        store.Refresh();
        Assert.Equal("CN=second", store.Current.TargetCertificate.Subject);
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

    private void WritePair(string subject)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        var now = DateTimeOffset.UtcNow;
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        File.WriteAllText(_files.CertificatePath, certificate.ExportCertificatePem());
        File.WriteAllText(_files.KeyPath, key.ExportPkcs8PrivateKeyPem());
    }

    private static async Task<string> ReadSubjectAsync(TestServer server)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server.Url.Host, server.Url.Port);
        await using var tls = new SslStream(client.GetStream(), false, OwnCertificates.Accept);
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = "x" }
        );
        return tls.RemoteCertificate!.Subject;
    }
}
