using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using NATS.NKeys;

namespace Anycast.Lab;

/// <summary>Keys of the PoPs, and what off loopback opens their nats-servers: TLS and a user's seed. Gone when this is
/// disposed.</summary>
internal sealed class LabSecrets : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("edge-lab-");
    private readonly string _user;

    /// <summary>Makes them.</summary>
    public LabSecrets()
    {
        using var user = KeyPair.CreatePair(PrefixByte.User);
        _user = user.GetPublicKey();
        File.WriteAllText(InFolder("user.seed"), user.GetSeed());
        WriteCertificate();
        for (var pop = 1; pop <= LabPlan.Pops; pop++)
        {
            File.WriteAllText(InFolder($"pop{pop}.key"), RandomNumberGenerator.GetHexString(64));
        }
    }

    /// <summary>Settings of a nats-server that takes those alone who have the seed.</summary>
    public string NatsSettings =>
        $$"""
            tls { cert_file: "{{InFolder("cert.pem")}}", key_file: "{{InFolder("key.pem")}}" }
            authorization { users = [ { nkey: {{_user}} } ] }
            """;

    /// <summary>Settings of a process of a PoP.</summary>
    public (string, string)[] SettingsOf(int pop) =>
        [
            ("EDGE_POP_KEY_FILE", InFolder($"pop{pop}.key")),
            ("EDGE_NATS", $"tls://{LabPlan.BackAddress(pop)}:{LabPlan.NatsPort}"),
            ("EDGE_NATS_CREDS", InFolder("user.seed")),
            ("SSL_CERT_FILE", InFolder("cert.pem")),
        ];

    /// <inheritdoc/>
    public void Dispose() => _folder.Delete(recursive: true);

    private string InFolder(string name) => Path.Combine(_folder.FullName, name);

    private void WriteCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=lab", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        for (var pop = 1; pop <= LabPlan.Pops; pop++)
        {
            names.AddIpAddress(IPAddress.Parse(LabPlan.BackAddress(pop)));
        }

        request.CertificateExtensions.Add(names.Build());
        var now = DateTimeOffset.UtcNow;
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        File.WriteAllText(InFolder("cert.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(InFolder("key.pem"), key.ExportPkcs8PrivateKeyPem());
    }
}
