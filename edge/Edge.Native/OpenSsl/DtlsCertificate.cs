using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Edge.Protocol.Dtls;

namespace Edge.Native.OpenSsl;

/// <summary>A self-signed certificate with its key: what is presented in DTLS handshakes.</summary>
/// <remarks>The peer checks its fingerprint only (RFC 5763 §5), so name and dates say nothing. One for all sessions that a
/// process makes is enough; it goes with them to other processes. ECDSA P-256, which every WebRTC client takes.</remarks>
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
        // Pinned: the collector leaves no copy.
        _privateKey = GC.AllocateUninitializedArray<byte>(privateKey.Length, pinned: true);
        privateKey.CopyTo(_privateKey);
        Fingerprint = FingerprintOf(certificate);
    }

    /// <summary>The certificate as DER.</summary>
    public ReadOnlySpan<byte> Certificate => _certificate;

    /// <summary>The SHA-256 digest of the certificate.</summary>
    public CertificateFingerprint Fingerprint { get; }

    /// <summary>The private key as PKCS #8. Secret.</summary>
    public ReadOnlySpan<byte> PrivateKey => _privateKey;

    /// <summary>Makes a new key and a certificate for it.</summary>
    /// <param name="now">Wall-clock time.</param>
    public static DtlsCertificate Create(DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=edge", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(now - ClockSlack, now + Lifetime);
        var privateKey = key.ExportPkcs8PrivateKey();
        try
        {
            return new(certificate.RawDataMemory.Span, privateKey);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(privateKey);
        }
    }

    /// <summary>The SHA-256 digest of a certificate.</summary>
    /// <param name="certificate">The certificate as DER.</param>
    public static CertificateFingerprint FingerprintOf(ReadOnlySpan<byte> certificate) =>
        new("sha-256", BitConverter.ToString(SHA256.HashData(certificate)).Replace('-', ':'));
}
