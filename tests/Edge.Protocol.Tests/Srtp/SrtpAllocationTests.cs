using System.Buffers.Binary;
using Edge.Protocol.Srtp;
using Edge.Protocol.Tests.Srtp.Ciphers;
using Edge.Testing;
using Xunit;

namespace Edge.Protocol.Tests.Srtp;

/// <summary>The packet path of SRTP allocates nothing.</summary>
public sealed class SrtpAllocationTests
{
    private readonly byte[] _packet = new byte[1500];
    private readonly byte[] _tail = new byte[1000];
    private ushort _sequence;

    public static TheoryData<SrtpProfile> Profiles => SrtpPeers.Profiles;

    public static TheoryData<CipherKind> Kinds => CipherKinds.All;

    [Theory]
    [MemberData(nameof(Profiles))]
    public void ProtectRtp_UnprotectRtp_ManyPackets_AllocateNothing(SrtpProfile profile)
    {
        using var peers = new SrtpPeers(profile);
        AllocationAssert.None(() =>
        {
            _packet[0] = 0x80;
            BinaryPrimitives.WriteUInt16BigEndian(_packet.AsSpan(2), _sequence++);
            var length = peers.Sender.ProtectRtp(_packet, 12, 8, _tail);
            Require(length == 12 + 8 + 1000 + peers.Sender.OverheadBytes);
            var error = peers.Receiver.UnprotectRtp(_packet.AsSpan(0, length), out _);
            Require(error == SrtpError.None);
        });
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void ProtectRtcp_UnprotectRtcp_ManyPackets_AllocateNothing(SrtpProfile profile)
    {
        using var peers = new SrtpPeers(profile);
        AllocationAssert.None(() =>
        {
            _packet[0] = 0x80;
            var length = peers.Sender.ProtectRtcp(_packet, 100);
            Require(length == 100 + peers.Sender.RtcpOverheadBytes);
            var error = peers.Receiver.UnprotectRtcp(_packet.AsSpan(0, length), out _);
            Require(error == SrtpError.None);
        });
    }

    /// <summary>Of a session with grants (IsBeyondMark): those that are wide, those that end, and none.</summary>
    [Theory]
    [MemberData(nameof(Profiles))]
    public void ProtectRtp_ProtectRtcp_Grants_AllocateNothing(SrtpProfile profile)
    {
        using var peers = new SrtpPeers(profile);
        peers.Sender.LimitIndices();
        var report = new byte[200];
        var sent = 0L;
        AllocationAssert.None(() =>
        {
            _packet[0] = 0x80;
            BinaryPrimitives.WriteUInt16BigEndian(_packet.AsSpan(2), _sequence);
            var isSent = peers.Sender.ProtectRtp(_packet, 12, 8, _tail) > 0;
            sent += isSent ? 1 : 0;
            _sequence += (ushort)(isSent ? 1 : 0);
            if (!isSent)
            {
                Require(peers.Sender.HasLapsed);
                Require(peers.Sender.Grant(new(IndexSpace.Rtp, default, sent + 9), sent + 4));
                Require(peers.Sender.Grant(new(IndexSpace.Rtcp, default, sent + 9), sent + 4));
            }

            report[0] = 0x80;
            _ = peers.Sender.ProtectRtcp(report, 100);
        });
        Assert.True(sent > 1000);
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void UnprotectRtp_ForgedPackets_AllocateNothing(SrtpProfile profile)
    {
        using var peers = new SrtpPeers(profile);
        AllocationAssert.None(() =>
        {
            _packet[0] = 0x80;
            BinaryPrimitives.WriteUInt32BigEndian(_packet.AsSpan(8), _sequence++);
            var error = peers.Receiver.UnprotectRtp(_packet.AsSpan(0, 500), out _);
            Require(error == SrtpError.NotAuthentic);
        });
    }

    [Fact]
    public void Check_Accept_Guess_Find_AllocateNothing()
    {
        var window = new ReplayWindow();
        var table = new SsrcTable<ReplayWindow>(countMax: 4);
        table.Add(5, window);
        AllocationAssert.None(() =>
        {
            var found = table.Find(5)!;
            var index = SrtpIndex.Guess(_sequence++, found.Highest);
            Require(found.Check(index) == ReplayVerdict.Fresh);
            found.Accept(index);
        });
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Seal_Open_AllocateNothing(CipherKind kind)
    {
        var ciphers = CipherKinds.Factory(kind);
        using var seal = ciphers.CreateAead(new byte[16], SrtpDirection.Protect);
        using var open = ciphers.CreateAead(new byte[16], SrtpDirection.Unprotect);
        var iv = new byte[12];
        AllocationAssert.None(() =>
        {
            var text = _packet.AsSpan(12, 1000);
            var tag = _packet.AsSpan(1012, 16);
            var header = new SrtpAssociatedData(_packet.AsSpan(0, 12), []);
            Require(seal.Seal(iv, header, new([], _tail), text, tag));
            Require(open.Open(iv, header, text, tag));
        });
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Apply_Compute_AllocateNothing(CipherKind kind)
    {
        var ciphers = CipherKinds.Factory(kind);
        using var stream = ciphers.CreateKeyStream(new byte[16]);
        using var code = ciphers.CreateAuthenticator(new byte[20]);
        var counter = new byte[16];
        AllocationAssert.None(() =>
        {
            var text = _packet.AsSpan(12, 1000);
            Require(stream.Apply(counter, new([], _tail), text));
            Require(code.Compute(text, counter, _packet.AsSpan(1012, 20)));
        });
    }

    private static void Require(bool holds)
    {
        if (!holds)
        {
            Assert.Fail("A step of the packet path failed.");
        }
    }
}
