using Edge.Native.OpenSsl;
using Edge.Protocol.Srtp;
using Xunit;

namespace Edge.Protocol.Tests.Srtp.Ciphers;

/// <summary>Whole sessions whose two ends have different ciphers: each understands the other.</summary>
public sealed class CipherPeersTests
{
    public static TheoryData<CipherKind> Kinds => CipherKinds.All;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Session_OtherEndHasOpenSsl_EachUnderstandsTheOther(CipherKind kind)
    {
        foreach (var profile in Enum.GetValues<SrtpProfile>().Where(one => one != SrtpProfile.None))
        {
            var ciphers = CipherKinds.Factory(kind);
            using var sending = new SrtpPeers(profile, senders: ciphers, receivers: Reference);
            Exchange(sending);
            using var receiving = new SrtpPeers(profile, senders: Reference, receivers: ciphers);
            Exchange(receiving);
        }
    }

    private static OpenSslSrtpCipherFactory Reference => OpenSslSrtpCipherFactory.Instance;

    private static void Exchange(SrtpPeers peers)
    {
        for (ushort sequence = 0; sequence < 20; sequence++)
        {
            var packet = peers.Protect(sequence);
            Assert.NotNull(packet);
            Assert.Equal(SrtpError.None, peers.Receiver.UnprotectRtp(packet, out var length));
            Assert.Equal(SrtpPeers.Rtp(sequence), packet[..length]);

            var report = peers.ProtectRtcp();
            Assert.Equal(SrtpError.None, peers.Receiver.UnprotectRtcp(report, out length));
            Assert.Equal(SrtpPeers.Rtcp(), report[..length]);
        }
    }
}
