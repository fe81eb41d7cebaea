using Edge.Protocol.Dtls;
using Edge.Protocol.Srtp;
using Edge.Testing;
using Xunit;

namespace Edge.Node.Tests.Clusters;

/// <summary>The ledger knows a second packet under an index from the first one received, or protected again.</summary>
public sealed class SealLedgerTests
{
    private const int HeaderBytes = 12;
    private const int PacketBytes = 100;
    private const int RtcpBytes = 32;
    private readonly List<string> _broken = [];

    public static TheoryData<SrtpProfile> Profiles =>
        [SrtpProfile.Aes128CmSha1Tag80, SrtpProfile.AeadAes128Gcm, SrtpProfile.AeadAes256Gcm];

    [Theory]
    [MemberData(nameof(Profiles))]
    public void Note_PacketsGoThereAndBack_NothingIsBroken(SrtpProfile profile)
    {
        var exported = Export(profile);
        var ledger = new SealLedger(_broken.Add);
        using var client = Create(ledger, profile, DtlsRole.Client, exported);
        using var server = Create(ledger, profile, DtlsRole.Server, exported);
        for (byte number = 0; number < 100; number++)
        {
            var packet = Rtp(client, number, content: number);
            Assert.Equal(SrtpError.None, server.UnprotectRtp(packet, out _));
            Assert.Equal(SrtpError.None, client.UnprotectRtp(Rtp(server, number, number), out _));
            var report = Rtcp(server, content: number);
            Assert.Equal(SrtpError.None, client.UnprotectRtcp(report, out _));
        }

        // Who has the same keys and sends the same packet once more.
        using var twin = Create(ledger, profile, DtlsRole.Client, exported);
        _ = Rtp(twin, number: 7, content: 7);
        Assert.Empty(_broken);
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void Note_TwoPacketsUnderOneIndex_IsBroken(SrtpProfile profile)
    {
        var exported = Export(profile);
        var ledger = new SealLedger(_broken.Add);
        using var client = Create(ledger, profile, DtlsRole.Client, exported);
        using var twin = Create(ledger, profile, DtlsRole.Client, exported);
        _ = Rtp(client, number: 7, content: 1);
        Assert.Empty(_broken);
        _ = Rtp(twin, number: 7, content: 2);
        Assert.Single(_broken);
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void Note_TwoReportsUnderOneIndex_IsBroken(SrtpProfile profile)
    {
        var exported = Export(profile);
        var ledger = new SealLedger(_broken.Add);
        using var client = Create(ledger, profile, DtlsRole.Client, exported);
        using var twin = Create(ledger, profile, DtlsRole.Client, exported);
        _ = Rtcp(client, content: 1);
        Assert.Empty(_broken);
        _ = Rtcp(twin, content: 2);
        Assert.Single(_broken);
    }

    private static byte[] Export(SrtpProfile profile)
    {
        var exported = new byte[SrtpKeyingMaterial.ExportedBytes(profile)];
        Seeds.Random().Fill(exported);
        return exported;
    }

    private static SrtpSession Create(
        SealLedger ledger,
        SrtpProfile profile,
        DtlsRole role,
        byte[] exported
    ) => new(SrtpKeyingMaterial.FromExporter(profile, role, exported), ledger);

    private static byte[] Rtp(SrtpSession session, byte number, byte content)
    {
        var packet = new byte[PacketBytes + session.OverheadBytes];
        packet[0] = 0x80;
        packet[3] = number;
        packet.AsSpan(HeaderBytes, PacketBytes - HeaderBytes).Fill(content);
        var prefixLength = PacketBytes - HeaderBytes;
        Assert.Equal(packet.Length, session.ProtectRtp(packet, HeaderBytes, prefixLength, []));
        return packet;
    }

    private static byte[] Rtcp(SrtpSession session, byte content)
    {
        var packet = new byte[RtcpBytes + session.RtcpOverheadBytes];
        packet[0] = 0x80;
        packet[1] = 201;
        packet[3] = (RtcpBytes / 4) - 1;
        packet.AsSpan(8, RtcpBytes - 8).Fill(content);
        Assert.Equal(packet.Length, session.ProtectRtcp(packet, RtcpBytes));
        return packet;
    }
}
