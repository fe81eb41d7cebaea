using Edge.Primitives;

namespace Edge.Protocol.Srtp;

/// <summary>One peer's SRTP and SRTCP in both directions (RFC 3711, RFC 7714).</summary>
public sealed class SrtpSession : IDisposable
{
    /// <summary>Most SSRCs accepted from the peer. Chosen: four times what a browser sends.</summary>
    public const int InboundSourcesMax = 64;

    /// <summary>Derives the session keys.</summary>
    public SrtpSession(SrtpKeyingMaterial keys, ISrtpCipherFactory ciphers) => _ = (keys, ciphers);

    /// <summary>Bytes that <see cref="ProtectRtp"/> adds.</summary>
    public int OverheadBytes => throw new NotSupportedException();

    /// <summary>Bytes that <see cref="ProtectRtcp"/> adds.</summary>
    public int RtcpOverheadBytes => throw new NotSupportedException();

    /// <summary>Authenticates and decrypts an SRTP packet in place.</summary>
    [HotPath]
    public SrtpError UnprotectRtp(Span<byte> packet, out int plainLength) =>
        throw new NotSupportedException();

    /// <summary>Authenticates and decrypts an SRTCP packet in place.</summary>
    [HotPath]
    public SrtpError UnprotectRtcp(Span<byte> packet, out int plainLength) =>
        throw new NotSupportedException();

    /// <summary>Encrypts an RTP packet whose payload ends in a shared packet.</summary>
    [HotPath]
    public int ProtectRtp(
        Span<byte> destination,
        int headerLength,
        int prefixLength,
        ReadOnlySpan<byte> payloadTail
    ) => throw new NotSupportedException();

    /// <summary>Encrypts an RTCP compound packet in place and returns its new length, 0 if refused.</summary>
    [HotPath]
    public int ProtectRtcp(Span<byte> packet, int length) => throw new NotSupportedException();

    /// <inheritdoc/>
    public void Dispose() => throw new NotSupportedException();
}
