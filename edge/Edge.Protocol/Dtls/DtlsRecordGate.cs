using System.Buffers.Binary;

namespace Edge.Protocol.Dtls;

/// <summary>Decides which records the engine may see. Whatever is not authenticated and not a step of the
/// handshake is kept from it: an engine ends its connection on a forged alert or an early message.</summary>
/// <remarks>Shape of a handshake message (RFC 6347 §4.2.2):
/// <code>
///  type (1) | length (3) | message sequence (2) | fragment offset (3) | fragment length (3) | body
/// </code></remarks>
internal static class DtlsRecordGate
{
    private const byte ClientHello = 1;
    private const int MessageHeaderBytes = 12;

    // Chosen: a ClientHello with post-quantum key shares has 1.5 kB, a certificate chain some kB.
    private const int MessageBytesMax = 16 * 1024;

    private const byte ServerHello = 2;
    private const byte HelloVerifyRequest = 3;
    private const byte Certificate = 11;
    private const byte ServerKeyExchange = 12;
    private const byte CertificateRequest = 13;
    private const byte ServerHelloDone = 14;
    private const byte CertificateVerify = 15;
    private const byte ClientKeyExchange = 16;

    /// <summary>Whether a record may go to the engine.</summary>
    public static bool Admits(in DtlsRecord record, DtlsGatePhase phase)
    {
        if (record.Epoch != 0)
        {
            // Protected: the engine checks it, and drops it when it is not authentic.
            return phase != DtlsGatePhase.ServerBeforeHello;
        }

        return record.Type switch
        {
            DtlsRecord.TypeHandshake => AdmitsMessages(record.Fragment, phase),
            DtlsRecord.TypeChangeCipherSpec => record.Fragment.Length == 1
                && record.Fragment[0] == 1
                && phase is DtlsGatePhase.ServerAfterHello or DtlsGatePhase.Client,
            _ => false,
        };
    }

    /// <summary>Whether a record that was admitted is a ClientHello or a fragment of one.</summary>
    public static bool IsClientHello(in DtlsRecord record) =>
        record.Epoch == 0
        && record.Type == DtlsRecord.TypeHandshake
        && record.Fragment[0] == ClientHello;

    private static bool AdmitsMessages(ReadOnlySpan<byte> messages, DtlsGatePhase phase)
    {
        while (!messages.IsEmpty)
        {
            if (messages.Length < MessageHeaderBytes)
            {
                return false;
            }

            var length = ReadUInt24(messages[1..]);
            var offset = ReadUInt24(messages[6..]);
            var fragmentLength = ReadUInt24(messages[9..]);
            if (
                length > MessageBytesMax
                || offset + fragmentLength > length
                || fragmentLength > messages.Length - MessageHeaderBytes
                || (fragmentLength == 0 && length != 0)
                || !AdmitsMessage(
                    messages[0],
                    BinaryPrimitives.ReadUInt16BigEndian(messages[4..]),
                    phase
                )
            )
            {
                return false;
            }

            messages = messages[(MessageHeaderBytes + fragmentLength)..];
        }

        return true;
    }

    private static bool AdmitsMessage(byte type, ushort sequence, DtlsGatePhase phase) =>
        phase switch
        {
            DtlsGatePhase.ServerBeforeHello => type == ClientHello && sequence == 0,
            DtlsGatePhase.ServerAfterHello => (type == ClientHello && sequence == 0)
                || type is Certificate or CertificateVerify or ClientKeyExchange,
            DtlsGatePhase.Client => type
                is ServerHello
                    or HelloVerifyRequest
                    or Certificate
                    or ServerKeyExchange
                    or CertificateRequest
                    or ServerHelloDone,
            DtlsGatePhase.Connected => false,
            _ => false,
        };

    private static int ReadUInt24(ReadOnlySpan<byte> bytes) =>
        (bytes[0] << 16) | (bytes[1] << 8) | bytes[2];
}
