using System.Buffers.Binary;
using Edge.Protocol.Srtp;
using Edge.Testing;
using Xunit;

namespace Edge.Protocol.Tests.Srtp;

/// <summary>What an SRTP session accepts, refuses and leaves unchanged.</summary>
public sealed class SrtpSessionTests
{
    private static readonly ushort[] WrapNeighbours =
    [
        0,
        1,
        127,
        128,
        129,
        32767,
        32768,
        32769,
        65534,
        65535,
    ];

    public static TheoryData<SrtpProfile> Profiles => SrtpPeers.Profiles;

    [Theory]
    [MemberData(nameof(Profiles))]
    public void UnprotectRtp_HeaderWithExtensionAndCsrc_RoundTrips(SrtpProfile profile)
    {
        using var peers = new SrtpPeers(profile);
        var packet = peers.Protect(7)!;
        var isHeaderPlain = packet
            .AsSpan(0, SrtpPeers.HeaderBytes)
            .SequenceEqual(SrtpPeers.Rtp(7).AsSpan(0, SrtpPeers.HeaderBytes));

        Assert.True(isHeaderPlain);
        Assert.Equal(SrtpError.None, peers.Receiver.UnprotectRtp(packet, out var length));
        Assert.Equal(SrtpPeers.Rtp(7), packet[..length]);
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void UnprotectRtp_SecondTime_Replayed(SrtpProfile profile)
    {
        using var peers = new SrtpPeers(profile);
        var packet = peers.Protect(7)!;

        Assert.Equal(SrtpError.None, peers.Unprotect(packet));
        Assert.Equal(SrtpError.Replayed, peers.Unprotect(packet));
    }

    /// <summary>RFC 3711 §3.3.1: four turns of the counter from every wrap neighbour, in order.</summary>
    [Theory]
    [MemberData(nameof(Profiles))]
    public void UnprotectRtp_FourRollovers_FollowsFromEveryStart(SrtpProfile profile)
    {
        foreach (var start in WrapNeighbours)
        {
            using var peers = new SrtpPeers(profile);
            for (var index = 0; index < 4 * 65536; index += 127)
            {
                var packet = peers.Protect(unchecked((ushort)(start + index)))!;
                Assert.Equal(SrtpError.None, peers.Unprotect(packet));
            }
        }
    }

    /// <summary>Any order within the window is accepted once, across the wrap, and never twice.</summary>
    [Theory]
    [MemberData(nameof(Profiles))]
    public void UnprotectRtp_ShuffledAroundEveryWrapNeighbour_AcceptsEachOnce(
        SrtpProfile profile
    ) =>
        Seeds.Check(random =>
        {
            foreach (var start in WrapNeighbours)
            {
                using var peers = new SrtpPeers(profile);
                var packets = new List<byte[]>();
                for (var index = 0; index < 300; index++)
                {
                    packets.Add(peers.Protect(unchecked((ushort)(start + index)))!);
                }

                // The first one sets the counter at the receiver, as in a real stream.
                Assert.Equal(SrtpError.None, peers.Unprotect(packets[0]));
                for (var index = packets.Count - 1; index > 1; index--)
                {
                    var other = 1 + random.NextInt32(index);
                    (packets[index], packets[other]) = (packets[other], packets[index]);
                }

                Assert.All(packets.Skip(1), p => Assert.Equal(SrtpError.None, peers.Unprotect(p)));
                Assert.All(packets, p => Assert.Equal(SrtpError.Replayed, peers.Unprotect(p)));
            }
        });

    /// <summary>libdatachannel (OBS) begins at any number. Where all before the first rollover is lost, as before the last flight of
    /// a handshake, the rest is taken all the same.</summary>
    [Theory]
    [MemberData(nameof(Profiles))]
    public void UnprotectRtp_AllBeforeTheRolloverIsLost_RestIsTaken(SrtpProfile profile)
    {
        using var peers = new SrtpPeers(profile);
        var late = peers.Protect(65534)!;
        Assert.NotNull(peers.Protect(65535));
        Assert.NotNull(peers.Protect(0));
        var forged = peers.Protect(1)!;
        forged[^1] ^= 1;
        var first = peers.Protect(2)!;

        Assert.Equal(SrtpError.NotAuthentic, peers.Unprotect(forged));
        byte[] opened = [.. first];
        Assert.Equal(SrtpError.None, peers.Receiver.UnprotectRtp(opened, out var length));
        Assert.Equal(SrtpPeers.Rtp(2), opened[..length]);
        Assert.Equal(SrtpError.Replayed, peers.Unprotect(first));
        Assert.Equal(SrtpError.None, peers.Unprotect(peers.Protect(3)!));
        Assert.Equal(SrtpError.None, peers.Unprotect(late));
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void UnprotectRtp_OlderThanTheWindow_TooOld(SrtpProfile profile)
    {
        using var peers = new SrtpPeers(profile);
        var first = peers.Protect(100)!;
        var second = peers.Protect(101)!;
        var last = peers.Protect(100 + ReplayWindow.SizeBits)!;

        Assert.Equal(SrtpError.None, peers.Unprotect(last));
        Assert.Equal(SrtpError.TooOld, peers.Unprotect(first));
        Assert.Equal(SrtpError.None, peers.Unprotect(second));
    }

    /// <summary>Every single-bit change is refused, and the right packet is accepted afterwards.</summary>
    [Theory]
    [MemberData(nameof(Profiles))]
    public void UnprotectRtp_AnyBitFlipped_ChangesNothing(SrtpProfile profile)
    {
        using var peers = new SrtpPeers(profile);
        Assert.Equal(SrtpError.None, peers.Unprotect(peers.Protect(65000 % 32768)!));
        var packet = peers.Protect(65001 % 32768)!;
        for (var bit = 0; bit < packet.Length * 8; bit++)
        {
            var forged = (byte[])packet.Clone();
            forged[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.NotEqual(SrtpError.None, peers.Unprotect(forged));
        }

        Assert.Equal(SrtpError.None, peers.Unprotect(packet));
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void UnprotectRtcp_AnyBitFlipped_ChangesNothing(SrtpProfile profile)
    {
        using var peers = new SrtpPeers(profile);
        var packet = peers.ProtectRtcp();
        for (var bit = 0; bit < packet.Length * 8; bit++)
        {
            var forged = (byte[])packet.Clone();
            forged[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.NotEqual(SrtpError.None, peers.UnprotectRtcp(forged));
        }

        Assert.Equal(SrtpError.None, peers.UnprotectRtcp(packet));
        Assert.Equal(SrtpError.Replayed, peers.UnprotectRtcp(packet));
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void UnprotectRtp_RandomBytesOfAnyLength_NeverAcceptsNorThrows(SrtpProfile profile) =>
        Seeds.Check(random =>
        {
            using var peers = new SrtpPeers(profile);
            for (var round = 0; round < 3000; round++)
            {
                var packet = new byte[random.NextInt32(120)];
                random.Fill(packet);
                if (packet.Length > 0 && random.NextInt32(4) != 0)
                {
                    packet[0] = (byte)(0x80 | (packet[0] & 0x3F));
                }

                Assert.NotEqual(SrtpError.None, peers.Unprotect(packet));
                Assert.NotEqual(SrtpError.None, peers.UnprotectRtcp(packet));
            }

            Assert.Equal(SrtpError.None, peers.Unprotect(peers.Protect(1)!));
            Assert.Equal(SrtpError.None, peers.UnprotectRtcp(peers.ProtectRtcp()));
        });

    [Theory]
    [MemberData(nameof(Profiles))]
    public void UnprotectRtp_EveryTruncation_IsRefused(SrtpProfile profile)
    {
        using var peers = new SrtpPeers(profile);
        var packet = peers.Protect(1)!;
        var control = peers.ProtectRtcp();
        for (var length = 0; length < packet.Length; length++)
        {
            Assert.NotEqual(SrtpError.None, peers.Unprotect(packet[..length]));
        }

        for (var length = 0; length < control.Length; length++)
        {
            Assert.NotEqual(SrtpError.None, peers.UnprotectRtcp(control[..length]));
        }
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void UnprotectRtp_OneSsrcTooMany_IsRefusedAndTheOthersGoOn(SrtpProfile profile)
    {
        using var peers = new SrtpPeers(profile);
        for (var ssrc = 1u; ssrc <= SrtpSession.InboundSourcesMax; ssrc++)
        {
            Assert.Equal(SrtpError.None, peers.Unprotect(peers.Protect(1, ssrc)!));
        }

        const uint oneTooMany = SrtpSession.InboundSourcesMax + 1;
        Assert.Equal(SrtpError.TooManySources, peers.Unprotect(peers.Protect(1, oneTooMany)!));
        Assert.Equal(SrtpError.None, peers.Unprotect(peers.Protect(2, 1)!));
        // Its window was closed for another one meanwhile: what was used before is too old, not unknown.
        Assert.Equal(SrtpError.TooOld, peers.Unprotect(new SrtpPeers(profile).Protect(1, 1)!));
    }

    /// <summary>An unauthenticated packet of a new SSRC takes no place in the table (R4, R6).</summary>
    [Theory]
    [MemberData(nameof(Profiles))]
    public void UnprotectRtp_ForgedSsrcs_TakeNoPlace(SrtpProfile profile)
    {
        using var peers = new SrtpPeers(profile);
        for (var ssrc = 1u; ssrc <= 10_000; ssrc++)
        {
            var forged = new byte[SrtpPeers.Rtp(1).Length + peers.Receiver.OverheadBytes];
            SrtpPeers.Rtp(1, ssrc).CopyTo(forged, 0);
            Assert.Equal(SrtpError.NotAuthentic, peers.Unprotect(forged));
        }

        for (var ssrc = 1u; ssrc <= SrtpSession.InboundSourcesMax; ssrc++)
        {
            Assert.Equal(SrtpError.None, peers.Unprotect(peers.Protect(1, ssrc)!));
        }
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void UnprotectRtcp_NotEncrypted_IsRefused(SrtpProfile profile)
    {
        using var peers = new SrtpPeers(profile);
        var packet = peers.ProtectRtcp();
        var wordOffset =
            profile == SrtpProfile.Aes128CmSha1Tag80 ? packet.Length - 14 : packet.Length - 4;
        Assert.Equal(
            1u | 0x8000_0000,
            BinaryPrimitives.ReadUInt32BigEndian(packet.AsSpan(wordOffset))
        );
        packet[wordOffset] &= 0x7F;

        Assert.Equal(SrtpError.NotEncrypted, peers.UnprotectRtcp(packet));
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void ProtectRtp_SameSequenceTwice_IsRefused(SrtpProfile profile)
    {
        using var peers = new SrtpPeers(profile);

        Assert.NotNull(peers.Protect(500));
        Assert.Null(peers.Protect(500));
        Assert.NotNull(peers.Protect(499));
        Assert.Null(peers.Protect(499));
        Assert.NotNull(peers.Protect(500, ssrc: 99));
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void ProtectRtp_DestinationTooShort_IsRefusedAndTakesNoIndex(SrtpProfile profile)
    {
        using var peers = new SrtpPeers(profile);
        var packet = new byte[SrtpPeers.HeaderBytes + 40 + peers.Sender.OverheadBytes - 1];
        SrtpPeers.Rtp(1).AsSpan(0, SrtpPeers.HeaderBytes).CopyTo(packet);

        Assert.Equal(0, peers.Sender.ProtectRtp(packet, SrtpPeers.HeaderBytes, 0, new byte[40]));
        Assert.NotNull(peers.Protect(1));
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void ProtectRtcp_NoRoomForTheTrailer_IsRefused(SrtpProfile profile)
    {
        using var peers = new SrtpPeers(profile);
        var packet = new byte[8 + peers.Sender.RtcpOverheadBytes - 1];
        SrtpPeers.Rtcp().CopyTo(packet, 0);

        Assert.Equal(0, peers.Sender.ProtectRtcp(packet, 8));
    }

    /// <summary>No two packets go out under one (SSRC, index), whatever the caller asks for: a model keeps
    /// every index by what a receiver that saw all packets would compute.</summary>
    [Fact]
    public void ProtectRtp_AnySchedule_NeverUsesAnIndexTwice() =>
        Seeds.Check(
            random =>
            {
                using var peers = new SrtpPeers(SrtpProfile.AeadAes128Gcm);
                var used = new HashSet<(uint, string)>();
                var head = random.NextInt32(65536);
                for (var step = 0; step < 3000; step++)
                {
                    head += random.NextInt32(10) switch
                    {
                        0 => random.NextInt32(30_000),
                        1 => 0,
                        _ => 1,
                    };
                    var back = random.NextInt32(5) == 0 ? random.NextInt32(5000) : 0;
                    var ssrc = (uint)random.NextInt32(3);
                    var sequence = unchecked((ushort)(head - back));
                    // The payload is zeros, so what comes out is the key stream of the index: were an
                    // index used twice, the same bytes would come out twice.
                    var packet = new byte[12 + 16 + peers.Sender.OverheadBytes];
                    packet[0] = 0x80;
                    BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), sequence);
                    BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(8), ssrc);
                    if (peers.Sender.ProtectRtp(packet, 12, 0, new byte[16]) != 0)
                    {
                        Assert.True(used.Add((ssrc, Convert.ToHexString(packet, 12, 16))));
                    }
                }

                Assert.True(used.Count > 1000);
            },
            rounds: 5
        );

    [Theory]
    [MemberData(nameof(Profiles))]
    public void FromExporter_BothRoles_AreMirrored(SrtpProfile profile)
    {
        using var peers = new SrtpPeers(profile);
        var packet = peers.Protect(1)!;

        Assert.NotEqual(SrtpError.None, peers.Sender.UnprotectRtp([.. packet], out _));
        Assert.Equal(SrtpError.None, peers.Unprotect(packet));
    }
}
