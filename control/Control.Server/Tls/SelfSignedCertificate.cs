using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Control.Server.Tls;

/// <summary>Makes the certificate of --lan. Browsers warn about it, and count the page as a secure
/// context once the warning is accepted, so that a phone gives its camera.</summary>
internal static class SelfSignedCertificate
{
    // Chosen: Apple's systems refuse more than 398 days; a process seldom runs for one.
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(365);

    // id-kp-serverAuth, RFC 5280 §4.2.1.12.
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    /// <summary>Makes a certificate for these addresses and localhost.</summary>
    public static X509Certificate2 Create(ImmutableArray<IPAddress> addresses, TimeProvider time)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=edge", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        foreach (var address in addresses)
        {
            names.AddIpAddress(address);
        }

        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(
            new X509EnhancedKeyUsageExtension([new Oid(ServerAuthentication)], critical: false)
        );
        request.CertificateExtensions.Add(
            new X509BasicConstraintsExtension(false, false, 0, critical: true)
        );
        var now = time.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now + Lifetime);
    }
}
