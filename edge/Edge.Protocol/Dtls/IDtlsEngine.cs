using System.Diagnostics.CodeAnalysis;
using Edge.Protocol.Srtp;

namespace Edge.Protocol.Dtls;

/// <summary>One DTLS handshake and the connection it makes: the seam to the TLS library.</summary>
/// <remarks>
/// It holds no clock: it sends a flight once and again only on <see cref="Retransmit"/>. It compares no
/// fingerprint and applies no rule about hostile input; <see cref="DtlsAssociation"/> does. Owner: whoever
/// created it, on one thread. Changes: every call may put datagrams up for <see cref="PollTransmit"/>.
/// </remarks>
public interface IDtlsEngine : IDisposable
{
    /// <summary>How far the engine has come.</summary>
    DtlsEngineStatus Status { get; }

    /// <summary>Whether <see cref="PollTransmit"/> has a datagram.</summary>
    bool HasTransmit { get; }

    /// <summary>The peer's certificate as DER; empty until the handshake is complete.</summary>
    ReadOnlySpan<byte> PeerCertificate { get; }

    /// <summary>Starts the handshake: a client's ClientHello; nothing for a server.</summary>
    DtlsEngineStatus Start();

    /// <summary>Takes whole DTLS records and goes as far as they allow.</summary>
    DtlsEngineStatus HandleDatagram(ReadOnlySpan<byte> datagram);

    /// <summary>Sends the last flight again, now (RFC 6347 §4.2.4).</summary>
    DtlsEngineStatus Retransmit();

    /// <summary>Writes the next outgoing datagram; 0 when there is none. One that does not fit is dropped.</summary>
    int PollTransmit(Span<byte> destination);

    /// <summary>Exports keys for the SRTP profile that was agreed on (RFC 5764 §4.2); false when the peers
    /// agreed on none, or before the handshake is complete.</summary>
    bool TryExportSrtpKeys(DtlsRole role, out SrtpKeyingMaterial? keys);

    /// <summary>Exports what a record layer needs to go on without the engine; false when the cipher
    /// suite is none of AES-GCM, or before the handshake is complete. After it the engine must send
    /// nothing any more: it is disposed.</summary>
    bool TryExportRecordKeys(DtlsRole role, [NotNullWhen(true)] out DtlsRecordKeys? keys);

    /// <summary>Whether <see cref="ReadData"/> has application data.</summary>
    bool HasData { get; }

    /// <summary>Takes the application data of the last input; 0 when there is none. Data that is not
    /// taken before the next input may be lost, as on the network.</summary>
    int ReadData(Span<byte> destination);

    /// <summary>Puts up a record of application data on a complete connection; false when it cannot.</summary>
    bool Send(ReadOnlySpan<byte> data);

    /// <summary>Puts up a close_notify alert (RFC 5246 §7.2.1) on a complete connection.</summary>
    void Close();
}
