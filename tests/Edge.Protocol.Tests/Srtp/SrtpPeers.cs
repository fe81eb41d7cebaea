using System.Buffers.Binary;
using Edge.Native.OpenSsl;
using Edge.Primitives;
using Edge.Protocol.Dtls;
using Edge.Protocol.Srtp;
using Xunit;

namespace Edge.Protocol.Tests.Srtp;

/// <summary>Two ends of one SRTP session with packets to send between them.</summary>
internal sealed class SrtpPeers : IDisposable
{
    public const uint Ssrc = 0x1234_5678;

    /// <summary>Both ends have the node's ciphers, unless said otherwise.</summary>
    public SrtpPeers(
        SrtpProfile profile,
        Prng? random = null,
        ISrtpCipherFactory? senders = null,
        ISrtpCipherFactory? receivers = null
    )
    {
        var exported = new byte[SrtpKeyingMaterial.ExportedBytes(profile)];
        (random ?? Prng.FromNumber(1)).Fill(exported);
        Sender = Create(profile, DtlsRole.Client, exported, senders ?? SrtpCiphers.Best);
        Receiver = Create(profile, DtlsRole.Server, exported, receivers ?? SrtpCiphers.Best);
    }

    public static TheoryData<SrtpProfile> Profiles =>
        [SrtpProfile.Aes128CmSha1Tag80, SrtpProfile.AeadAes128Gcm, SrtpProfile.AeadAes256Gcm];

    public SrtpSession Sender { get; }

    public SrtpSession Receiver { get; }

    /// <summary>A plain RTP packet with one CSRC and an extension.</summary>
    public static byte[] Rtp(ushort sequence, uint ssrc = Ssrc, int payloadBytes = 50)
    {
        var packet = new byte[HeaderBytes + payloadBytes];
        packet[0] = 0x91;
        packet[1] = 96;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), sequence);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(8), ssrc);
        packet[16] = 0xBE;
        packet[17] = 0xDE;
        packet[19] = 1;
        for (var index = HeaderBytes; index < packet.Length; index++)
        {
            packet[index] = (byte)(sequence + index);
        }

        return packet;
    }

    public const int HeaderBytes = 24;

    public static byte[] Rtcp(uint ssrc = Ssrc) =>
        [0x80, 201, 0, 1, .. BitConverter.GetBytes(BinaryPrimitives.ReverseEndianness(ssrc))];

    /// <summary>Protects a packet; null when refused.</summary>
    public byte[]? Protect(ushort sequence, uint ssrc = Ssrc)
    {
        var plain = Rtp(sequence, ssrc);
        var packet = new byte[plain.Length + Sender.OverheadBytes];
        plain.AsSpan(0, HeaderBytes + 5).CopyTo(packet);
        var length = Sender.ProtectRtp(packet, HeaderBytes, 5, plain.AsSpan(HeaderBytes + 5));
        return length == 0 ? null : packet[..length];
    }

    public byte[] ProtectRtcp(uint ssrc = Ssrc)
    {
        var plain = Rtcp(ssrc);
        var packet = new byte[plain.Length + Sender.RtcpOverheadBytes];
        plain.CopyTo(packet, 0);
        return packet[..Sender.ProtectRtcp(packet, plain.Length)];
    }

    /// <summary>Unprotects a copy, so that the packet can be given again.</summary>
    public SrtpError Unprotect(byte[] packet) => Receiver.UnprotectRtp([.. packet], out _);

    public SrtpError UnprotectRtcp(byte[] packet) => Receiver.UnprotectRtcp([.. packet], out _);

    public void Dispose()
    {
        Sender.Dispose();
        Receiver.Dispose();
    }

    private static SrtpSession Create(
        SrtpProfile profile,
        DtlsRole role,
        byte[] exported,
        ISrtpCipherFactory ciphers
    ) => new(SrtpKeyingMaterial.FromExporter(profile, role, exported), ciphers);
}
