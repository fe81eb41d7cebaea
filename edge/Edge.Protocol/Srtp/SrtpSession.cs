using System.Buffers.Binary;
using System.Diagnostics;
using Edge.Primitives;
using Edge.Wire.Rtp;

namespace Edge.Protocol.Srtp;

/// <summary>One peer's SRTP and SRTCP in both directions (RFC 3711, RFC 7714).</summary>
/// <remarks>
/// Nothing changes before a packet is authentic. No two packets are ever protected under one key, SSRC
/// and index: an index is marked used before it is encrypted under. Memory: some 300 bytes an SSRC that
/// is in use, made when its first authentic packet comes (or goes), some 60 bytes one that was. Threads:
/// one owner.
/// </remarks>
public sealed partial class SrtpSession : IDisposable
{
    /// <summary>Most SSRCs accepted from the peer in a session's life, for RTP and for RTCP each. Chosen: a
    /// camera with three layers that is switched on again every minute for a day. Forgetting one would
    /// allow replays.</summary>
    public const int InboundSourcesMax = 8192;

    /// <summary>SSRCs of the peer whose packets may come late, unless more are expected. Chosen: forty
    /// simulcast tracks.</summary>
    public const int InboundOpenMax = 256;

    /// <summary>Most SSRCs sent to the peer in a session's life. Chosen: a track pulled every ten seconds
    /// for a day.</summary>
    public const int OutboundSourcesMax = 16_384;

    /// <summary>SSRCs sent to the peer whose packets may be sent out of order. Chosen: 512 tracks with
    /// retransmission.</summary>
    public const int OutboundOpenMax = 1024;

    /// <summary>Numbers behind a rollover at which an SSRC may be heard first. Chosen: what 10 Mbit/s are until a handshake's last
    /// flight was repeated twice; more would have more forged packets tried twice.</summary>
    private const int LostAtStartMax = 4096;

    private const int RtcpHeaderBytes = 8;
    private const int RtcpIndexBytes = 4;
    private const int RtcpSsrcOffset = 4;
    private const uint EncryptedFlag = 0x8000_0000;

    /// <summary>The last SRTCP index of a key's life (RFC 3711 §9.2: 2^31 packets).</summary>
    private const uint RtcpIndexMax = 0x7FFF_FFFF;

    private readonly SrtpCipherSet _rtpOut;
    private readonly SrtpCipherSet _rtcpOut;
    private readonly SrtpCipherSet _rtpIn;
    private readonly SrtpCipherSet _rtcpIn;
    private readonly ReplayWindows _rtpSent = new(OutboundSourcesMax, OutboundOpenMax);
    private readonly ReplayWindows _rtpReceived = new(InboundSourcesMax, InboundOpenMax);
    private readonly ReplayWindows _rtcpReceived = new(InboundSourcesMax, InboundOpenMax);
    private uint _rtcpIndex;

    /// <summary>Derives the session keys.</summary>
    public SrtpSession(SrtpKeyingMaterial keys, ISrtpCipherFactory ciphers)
    {
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(ciphers);
        Profile = keys.Profile;
        _rtpOut = CreateCiphers(keys, ciphers, SrtpDirection.Protect, labelOffset: 0);
        _rtcpOut = CreateCiphers(
            keys,
            ciphers,
            SrtpDirection.Protect,
            SrtpKeyDerivation.RtcpLabelOffset
        );
        _rtpIn = CreateCiphers(keys, ciphers, SrtpDirection.Unprotect, labelOffset: 0);
        _rtcpIn = CreateCiphers(
            keys,
            ciphers,
            SrtpDirection.Unprotect,
            SrtpKeyDerivation.RtcpLabelOffset
        );
    }

    /// <summary>The profile in use.</summary>
    public SrtpProfile Profile { get; }

    /// <summary>Bytes that <see cref="ProtectRtp"/> adds.</summary>
    public int OverheadBytes => _rtpOut.TagBytes;

    /// <summary>Bytes that <see cref="ProtectRtcp"/> adds.</summary>
    public int RtcpOverheadBytes => _rtcpOut.TagBytes + RtcpIndexBytes;

    /// <summary>Lets so many SSRCs of the peer have packets that come late, if that is more than before:
    /// with fewer windows than it sends at a time, they would close each other with each packet.</summary>
    public void ExpectSources(int count)
    {
        _rtpReceived.Expect(Math.Min(count, InboundSourcesMax));
        _rtcpReceived.Expect(Math.Min(count, InboundSourcesMax));
    }

    /// <summary>Authenticates and decrypts an SRTP packet in place.</summary>
    /// <remarks>A packet that is refused as <see cref="SrtpError.NotAuthentic"/> may have its payload
    /// scrambled (AES-GCM decrypts while it authenticates); the session is unchanged.</remarks>
    /// <param name="packet">The whole datagram.</param>
    /// <param name="plainLength">Length of the RTP packet that now begins it; 0 on an error.</param>
    [HotPath]
    public SrtpError UnprotectRtp(Span<byte> packet, out int plainLength)
    {
        plainLength = 0;
        var textEnd = packet.Length - _rtpIn.TagBytes;
        if (textEnd < RtpHeader.FixedBytes)
        {
            return SrtpError.Truncated;
        }

        if (!RtpHeader.TryReadHeaderLength(packet[..textEnd], out var headerLength))
        {
            return packet[0] >> 6 == RtpHeader.Version
                ? SrtpError.Truncated
                : SrtpError.NotVersion2;
        }

        var ssrc = RtpHeader.ReadSsrc(packet).Value;
        var sequence = RtpHeader.ReadSequenceNumber(packet).Value;
        var window = _rtpReceived.Find(ssrc);
        var index = SrtpIndex.Guess(sequence, window?.Highest ?? -1);
        var error = CheckReceived(_rtpReceived, window, index);
        if (error != SrtpError.None)
        {
            return error;
        }

        var isOpen = window is null
            ? TryOpenFirst(packet, headerLength, ssrc, ref index)
            : OpenRtp(packet, headerLength, ssrc, index);
        if (!isOpen)
        {
            return SrtpError.NotAuthentic;
        }

        _rtpReceived.Accept(ssrc, window, index);
        plainLength = textEnd;
        return SrtpError.None;
    }

    /// <summary>Authenticates and decrypts an SRTCP packet in place.</summary>
    /// <remarks>As <see cref="UnprotectRtp"/> for packets that are not authentic.</remarks>
    /// <param name="packet">The whole datagram.</param>
    /// <param name="plainLength">Length of the RTCP compound packet that now begins it; 0 on an error.</param>
    [HotPath]
    public SrtpError UnprotectRtcp(Span<byte> packet, out int plainLength)
    {
        plainLength = 0;
        var textEnd = packet.Length - _rtcpIn.TagBytes - RtcpIndexBytes;
        if (textEnd < RtcpHeaderBytes)
        {
            return SrtpError.Truncated;
        }

        if (packet[0] >> 6 != RtpHeader.Version)
        {
            return SrtpError.NotVersion2;
        }

        // AES-GCM puts the index word last, AES-CM puts the tag last (RFC 7714 §9.2, RFC 3711 §3.4).
        var wordOffset = _rtcpIn.IsAead ? packet.Length - RtcpIndexBytes : textEnd;
        var word = BinaryPrimitives.ReadUInt32BigEndian(packet[wordOffset..]);
        if ((word & EncryptedFlag) == 0)
        {
            return SrtpError.NotEncrypted;
        }

        var index = (long)(word & ~EncryptedFlag);
        var ssrc = BinaryPrimitives.ReadUInt32BigEndian(packet[RtcpSsrcOffset..]);
        var window = _rtcpReceived.Find(ssrc);
        var error = CheckReceived(_rtcpReceived, window, index);
        if (error != SrtpError.None)
        {
            return error;
        }

        if (!OpenRtcp(packet, textEnd, ssrc, index))
        {
            return SrtpError.NotAuthentic;
        }

        _rtcpReceived.Accept(ssrc, window, index);
        plainLength = textEnd;
        return SrtpError.None;
    }

    /// <summary>Encrypts an RTP packet whose payload ends in a shared packet, without copying it first.</summary>
    /// <remarks>Refused: an index that was used, is older than the send window or was not granted
    /// (<see cref="LimitIndices"/>), a destination that is too short, one SSRC too many. Sequence numbers follow RFC 3711 §3.3.1 as at the receiver: start
    /// below 32768 and never jump by 32768 or more.</remarks>
    /// <param name="destination">Begins with the plain RTP header and the plain prefix.</param>
    /// <param name="headerLength">Header with CSRCs and extension.</param>
    /// <param name="prefixLength">Payload bytes that stand in the destination already.</param>
    /// <param name="payloadTail">The rest of the payload; must not overlap the destination.</param>
    /// <returns>The packet's whole length; 0 when refused.</returns>
    [HotPath]
    public int ProtectRtp(
        Span<byte> destination,
        int headerLength,
        int prefixLength,
        ReadOnlySpan<byte> payloadTail
    )
    {
        Debug.Assert(headerLength >= RtpHeader.FixedBytes && prefixLength >= 0, "No RTP header.");
        var textLength = prefixLength + payloadTail.Length;
        var length = headerLength + textLength + _rtpOut.TagBytes;
        if (headerLength < RtpHeader.FixedBytes || prefixLength < 0 || length > destination.Length)
        {
            return 0;
        }

        var ssrc = RtpHeader.ReadSsrc(destination).Value;
        var sequence = RtpHeader.ReadSequenceNumber(destination).Value;
        if (!TryTakeIndex(ssrc, sequence, out var index))
        {
            return 0;
        }

        var text = destination.Slice(headerLength, textLength);
        var plain = new SrtpPlainText(text[..prefixLength], payloadTail);
        return SealRtp(destination[..length], headerLength, plain, ssrc, index) ? length : 0;
    }

    /// <summary>Encrypts an RTCP compound packet in place.</summary>
    /// <param name="packet">The packet with room behind it for <see cref="RtcpOverheadBytes"/>.</param>
    /// <param name="length">Length of the plain packet.</param>
    /// <returns>The new length; 0 when there is no room, or the next index is not granted or beyond the key's life.</returns>
    [HotPath]
    public int ProtectRtcp(Span<byte> packet, int length)
    {
        var protectedLength = length + RtcpOverheadBytes;
        if (
            length < RtcpHeaderBytes
            || protectedLength > packet.Length
            || (
                _rtcpLimit.IsBeyondMark(_rtcpIndex + 1L)
                && !TryCross(ref _rtcpLimit, _rtcpIndex + 1L)
            )
        )
        {
            return 0;
        }

        // One counter for all SSRCs of this end: no index repeats under any of them.
        _rtcpIndex++;
        var ssrc = BinaryPrimitives.ReadUInt32BigEndian(packet[RtcpSsrcOffset..]);
        return SealRtcp(packet[..protectedLength], length, ssrc, _rtcpIndex) ? protectedLength : 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _rtpOut.Dispose();
        _rtcpOut.Dispose();
        _rtpIn.Dispose();
        _rtcpIn.Dispose();
    }

    private static SrtpCipherSet CreateCiphers(
        SrtpKeyingMaterial keys,
        ISrtpCipherFactory ciphers,
        SrtpDirection direction,
        byte labelOffset
    ) =>
        direction == SrtpDirection.Protect
            ? SrtpCipherSet.Create(
                ciphers,
                keys.Profile,
                keys.LocalKey,
                keys.LocalSalt,
                labelOffset,
                direction
            )
            : SrtpCipherSet.Create(
                ciphers,
                keys.Profile,
                keys.RemoteKey,
                keys.RemoteSalt,
                labelOffset,
                direction
            );

    private static SrtpError CheckReceived(ReplayWindows sources, ReplayWindow? window, long index)
    {
        if (window is null)
        {
            return sources.IsFull ? SrtpError.TooManySources : SrtpError.None;
        }

        return window.Check(index) switch
        {
            ReplayVerdict.Fresh => SrtpError.None,
            ReplayVerdict.Seen => SrtpError.Replayed,
            ReplayVerdict.TooOld => SrtpError.TooOld,
            _ => SrtpError.TooOld,
        };
    }

    /// <summary>Finds the index of an outgoing packet and marks it used, or refuses.</summary>
    private bool TryTakeIndex(uint ssrc, ushort sequence, out long index)
    {
        var window = _rtpSent.Find(ssrc);
        index = SrtpIndex.Guess(sequence, window?.Highest ?? -1);
        if (window is null)
        {
            if (!MayBegin())
            {
                return false;
            }
        }
        else if (
            (window.Limit.IsBeyondMark(index) && !TryCross(ref window.Limit, index))
            || window.Check(index) != ReplayVerdict.Fresh
        )
        {
            return false;
        }

        _rtpSent.Accept(ssrc, window, index);
        return true;
    }

    private bool SealRtp(
        Span<byte> packet,
        int headerLength,
        SrtpPlainText plain,
        uint ssrc,
        long index
    )
    {
        var textEnd = packet.Length - _rtpOut.TagBytes;
        var text = packet[headerLength..textEnd];
        var tag = packet[textEnd..];
        if (_rtpOut.IsAead)
        {
            var header = new SrtpAssociatedData(packet[..headerLength], []);
            return _rtpOut.Seal(ssrc, index, header, plain, text, tag);
        }

        Span<byte> rollover = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(rollover, (uint)(index >> 16));
        return _rtpOut.Apply(ssrc, index, plain, text)
            && _rtpOut.Authenticate(packet[..textEnd], rollover, tag);
    }

    /// <summary>Opens the first packet of an SSRC. Its rollover counter is 0 (RFC 3711 §3.3.1), or 1 where all packets before the
    /// numbers began anew were lost: one wrong guess, and no packet of the SSRC would be authentic any more.</summary>
    private bool TryOpenFirst(Span<byte> packet, int headerLength, uint ssrc, ref long index)
    {
        if (index > LostAtStartMax || packet.Length > PacketPool.SlotBytes)
        {
            return OpenRtp(packet, headerLength, ssrc, index);
        }

        // The first try may scramble it.
        Span<byte> copy = stackalloc byte[PacketPool.SlotBytes];
        packet.CopyTo(copy);
        if (OpenRtp(packet, headerLength, ssrc, index))
        {
            return true;
        }

        copy[..packet.Length].CopyTo(packet);
        index += 1 << 16;
        return OpenRtp(packet, headerLength, ssrc, index);
    }

    private bool OpenRtp(Span<byte> packet, int headerLength, uint ssrc, long index)
    {
        var textEnd = packet.Length - _rtpIn.TagBytes;
        var text = packet[headerLength..textEnd];
        var tag = packet[textEnd..];
        if (_rtpIn.IsAead)
        {
            var header = new SrtpAssociatedData(packet[..headerLength], []);
            return _rtpIn.Open(ssrc, index, header, text, tag);
        }

        Span<byte> rollover = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(rollover, (uint)(index >> 16));
        return _rtpIn.IsAuthentic(packet[..textEnd], rollover, tag)
            && _rtpIn.Apply(ssrc, index, new(text, []), text);
    }

    private bool SealRtcp(Span<byte> packet, int length, uint ssrc, uint index)
    {
        var text = packet[RtcpHeaderBytes..length];
        var word = index | EncryptedFlag;
        if (_rtcpOut.IsAead)
        {
            var wordField = packet[^RtcpIndexBytes..];
            BinaryPrimitives.WriteUInt32BigEndian(wordField, word);
            var associated = new SrtpAssociatedData(packet[..RtcpHeaderBytes], wordField);
            var tag = packet.Slice(length, _rtcpOut.TagBytes);
            return _rtcpOut.Seal(ssrc, index, associated, new(text, []), text, tag);
        }

        var authenticatedEnd = length + RtcpIndexBytes;
        BinaryPrimitives.WriteUInt32BigEndian(packet[length..], word);
        return _rtcpOut.Apply(ssrc, index, new(text, []), text)
            && _rtcpOut.Authenticate(packet[..authenticatedEnd], [], packet[authenticatedEnd..]);
    }

    private bool OpenRtcp(Span<byte> packet, int textEnd, uint ssrc, long index)
    {
        var text = packet[RtcpHeaderBytes..textEnd];
        if (_rtcpIn.IsAead)
        {
            var wordField = packet[^RtcpIndexBytes..];
            var associated = new SrtpAssociatedData(packet[..RtcpHeaderBytes], wordField);
            var tag = packet.Slice(textEnd, _rtcpIn.TagBytes);
            return _rtcpIn.Open(ssrc, index, associated, text, tag);
        }

        var authenticatedEnd = textEnd + RtcpIndexBytes;
        return _rtcpIn.IsAuthentic(packet[..authenticatedEnd], [], packet[authenticatedEnd..])
            && _rtcpIn.Apply(ssrc, index, new(text, []), text);
    }
}
