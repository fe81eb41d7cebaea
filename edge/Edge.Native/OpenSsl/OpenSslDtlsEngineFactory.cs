using Edge.Protocol.Dtls;

namespace Edge.Native.OpenSsl;

/// <summary>Makes DTLS 1.2 engines on libssl, all with one certificate.</summary>
/// <remarks>Threads: <see cref="Create"/> may be called from any; an engine stays on its owner's.</remarks>
public sealed class OpenSslDtlsEngineFactory : IDtlsEngineFactory, IDisposable
{
    /// <summary>Prepares libssl with a certificate.</summary>
    public OpenSslDtlsEngineFactory(DtlsCertificate certificate)
    {
        LocalFingerprint = certificate.Fingerprint;
    }

    /// <inheritdoc/>
    public CertificateFingerprint LocalFingerprint { get; }

    /// <inheritdoc/>
    public IDtlsEngine Create(DtlsRole role) => throw new NotSupportedException();

    /// <inheritdoc/>
    public void Dispose() => throw new NotSupportedException();
}
