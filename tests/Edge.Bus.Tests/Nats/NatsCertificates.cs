using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Edge.Bus.Tests.Nats;

/// <summary>A certificate authority of a test, and a server's certificate that it has issued, as files.</summary>
internal sealed class NatsCertificates : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("nats-tls-").FullName;

    /// <summary>Makes them.</summary>
    /// <param name="address">What the server's certificate is for.</param>
    public NatsCertificates(string address)
    {
        var from = DateTimeOffset.UtcNow.AddDays(-1);
        var until = DateTimeOffset.UtcNow.AddDays(1);
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var rootRequest = new CertificateRequest(
            "CN=Authority of tests",
            rootKey,
            HashAlgorithmName.SHA256
        );
        rootRequest.CertificateExtensions.Add(
            new X509BasicConstraintsExtension(
                certificateAuthority: true,
                hasPathLengthConstraint: false,
                pathLengthConstraint: 0,
                critical: true
            )
        );
        using var root = rootRequest.CreateSelfSigned(from, until);

        using var serverKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var serverRequest = new CertificateRequest(
            "CN=Server of tests",
            serverKey,
            HashAlgorithmName.SHA256
        );
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Parse(address));
        serverRequest.CertificateExtensions.Add(names.Build());
        using var server = serverRequest.Create(
            root,
            from,
            until,
            RandomNumberGenerator.GetBytes(8)
        );

        File.WriteAllText(CaFile, root.ExportCertificatePem());
        File.WriteAllText(Path("server.pem"), server.ExportCertificatePem());
        File.WriteAllText(Path("server.key"), serverKey.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>The authority's certificate.</summary>
    public string CaFile => Path("ca.pem");

    /// <summary>Settings of a server that uses them.</summary>
    public string Settings =>
        $$"""
            tls {
                cert_file: "{{Path("server.pem")}}"
                key_file: "{{Path("server.key")}}"
                timeout: 5
            }
            """;

    /// <summary>Deletes the files.</summary>
    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Path(string name) => System.IO.Path.Combine(_folder, name);
}
