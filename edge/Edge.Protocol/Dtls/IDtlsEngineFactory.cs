namespace Edge.Protocol.Dtls;

/// <summary>Makes DTLS engines that all present one certificate.</summary>
public interface IDtlsEngineFactory
{
    /// <summary>The digest of the certificate, for <c>a=fingerprint</c>.</summary>
    CertificateFingerprint LocalFingerprint { get; }

    /// <summary>Makes an engine; the caller disposes it.</summary>
    IDtlsEngine Create(DtlsRole role);
}
