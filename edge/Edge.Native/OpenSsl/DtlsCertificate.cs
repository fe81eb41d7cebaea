using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Edge.Protocol.Dtls;

namespace Edge.Native.OpenSsl;

/// <summary>A self-signed certificate with its key: what a process presents in every DTLS handshake.</summary>
/// <remarks>The peer checks its fingerprint only (RFC 5763 §5), so name and dates say nothing. One for a
/// process is enough. ECDSA P-256, which every WebRTC client takes.</remarks>
public sealed class DtlsCertificate
{
    // Chosen: a month covers the longest session; a process makes a new one at each start.
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    // Clients with a wrong clock would see a certificate of the future.
    private static readonly TimeSpan ClockSlack = TimeSpan.FromDays(1);

    private readonly byte[] _certificate;
    private readonly byte[] _privateKey;

    /// <summary>Takes a certificate as DER and its private key as PKCS #8.</summary>
    public DtlsCertificate(ReadOnlySpan<byte> certificate, ReadOnlySpan<byte> privateKey)
    {
        _certificate = certificate.ToArray();
        _privateKey = privateKey.ToArray();
        Fingerprint = new(
            "sha-256",
            BitConverter.ToString(SHA256.HashData(certificate)).Replace('-', ':')
        );
    }

    /// <summary>The certificate as DER.</summary>
    public ReadOnlySpan<byte> Certificate => _certificate;

    /// <summary>The SHA-256 digest of the certificate.</summary>
    public CertificateFingerprint Fingerprint { get; }

    /// <summary>The private key as PKCS #8.</summary>
    internal ReadOnlySpan<byte> PrivateKey => _privateKey;

    /// <summary>Makes a new key and a certificate for it.</summary>
    /// <param name="now">Wall-clock time.</param>
    public static DtlsCertificate Create(DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=edge", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(now - ClockSlack, now + Lifetime);
        return new(certificate.RawDataMemory.Span, key.ExportPkcs8PrivateKey());
    }
}
