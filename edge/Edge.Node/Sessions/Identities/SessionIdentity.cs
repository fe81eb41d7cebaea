using Edge.Native.OpenSsl;
using Edge.Primitives;
using Edge.Protocol.Dtls;
using Edge.Protocol.Transport;

namespace Edge.Node.Sessions.Identities;

/// <summary>What a session proves to be itself by in DTLS: a certificate and its key, and what makes peers that present it.
/// A session keeps it for life and takes it along to other nodes, for to its client another fingerprint is another
/// transport.</summary>
/// <remarks>Sessions share it. Threads: any.</remarks>
internal sealed class SessionIdentity : IDisposable
{
    /// <summary>Prepares the TLS library; throws <see cref="OpenSslException"/> where certificate and key are none, or
    /// belong not together.</summary>
    public SessionIdentity(DtlsCertificate certificate, ClockAnchor clock)
    {
        Certificate = certificate;
        Engines = new OpenSslDtlsEngineFactory(certificate);
        Peers = new PeerFactory(Engines, SrtpCiphers.Best, clock);
    }

    /// <summary>The certificate with its key. Secret.</summary>
    public DtlsCertificate Certificate { get; }

    /// <summary>Makes handshakes that present it; for tests.</summary>
    internal OpenSslDtlsEngineFactory Engines { get; }

    /// <summary>Makes peers that present it.</summary>
    public PeerFactory Peers { get; }

    /// <summary>What descriptions say of it.</summary>
    public CertificateFingerprint Fingerprint => Certificate.Fingerprint;

    /// <summary>Makes no peers any more; those that are made go on.</summary>
    public void Dispose() => Engines.Dispose();
}
