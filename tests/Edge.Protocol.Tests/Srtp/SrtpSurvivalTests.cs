using Edge.Native.OpenSsl;
using Edge.Primitives;
using Edge.Protocol.Dtls;
using Edge.Protocol.Srtp;
using Edge.Testing;
using Edge.Wire.State;
using Xunit;

namespace Edge.Protocol.Tests.Srtp;

/// <summary>A session goes on from a state that is old, after its process ended at any moment: above what that may have
/// sent.</summary>
public sealed class SrtpSurvivalTests
{
    private const int StateBytesMax = 1 << 20;
    private const int LivesMax = 8;

    /// <summary>As much as the receiver has not heard of at most: it guesses 2^15 further than what it has.</summary>
    private const int AheadMax = 1 << 12;

    public static TheoryData<SrtpProfile> Profiles => SrtpPeers.Profiles;

    /// <summary>Owner after owner ends at a moment of chance, with a grant of chance; who goes on has an old state and all grants.
    /// No index is used twice, and the receiver, which loses packets, opens all that comes.</summary>
    [Theory]
    [MemberData(nameof(Profiles))]
    public void Advance_OwnersEndAtAnyMoment_NoIndexTwiceAndAllIsOpened(SrtpProfile profile) =>
        Seeds.Check(
            (_, random) =>
            {
                var exported = new byte[SrtpKeyingMaterial.ExportedBytes(profile)];
                random.Fill(exported);
                using var receiver = Create(profile, exported, DtlsRole.Server);
                var run = new Run(random, receiver);
                var owner = Create(profile, exported, DtlsRole.Client);
                for (var life = 0; life < LivesMax; life++)
                {
                    run.Grant(owner);
                    run.Send(owner, random.NextInt32(2000));
                    var portrait = Write(owner);
                    run.Grant(owner);
                    run.Send(owner, random.NextInt32(3000));
                    owner.Dispose();
                    owner = Create(profile, exported, DtlsRole.Client);
                    Read(owner, portrait);
                    run.Survive(owner);
                }

                owner.Dispose();
            },
            rounds: 10
        );

    /// <summary>What came since it was written is not taken again, and what comes is guessed from what came.</summary>
    [Fact]
    public void AdvanceReceived_OldState_GoesOnFromWhatCame()
    {
        var exported = new byte[SrtpKeyingMaterial.ExportedBytes(SrtpProfile.AeadAes128Gcm)];
        Seeds.Random().Fill(exported);
        using var sender = Create(SrtpProfile.AeadAes128Gcm, exported, DtlsRole.Client);
        using var former = Create(SrtpProfile.AeadAes128Gcm, exported, DtlsRole.Server);
        Assert.Equal(SrtpError.None, former.UnprotectRtp(Protect(sender, 30_000, 1)!, out _));
        var portrait = Write(former);
        byte[] last = [];
        for (var number = 30_001; number <= 70_000; number++)
        {
            last = Protect(sender, (ushort)number, 1)!;
        }

        using var stale = Create(SrtpProfile.AeadAes128Gcm, exported, DtlsRole.Server);
        Read(stale, portrait);
        Assert.NotEqual(SrtpError.None, stale.UnprotectRtp([.. last], out _));
        using var told = Create(SrtpProfile.AeadAes128Gcm, exported, DtlsRole.Server);
        Read(told, portrait);
        Assert.True(told.AdvanceReceived(new(IndexSpace.Rtp, new Ssrc(1), 70_000)));
        Assert.True(told.AdvanceReceived(new(IndexSpace.Rtcp, new Ssrc(1), 5)));
        Assert.Equal(SrtpError.TooOld, told.UnprotectRtp([.. last], out _));
        last = Protect(sender, unchecked((ushort)70_001), 1)!;
        Assert.Equal(SrtpError.None, told.UnprotectRtp(last, out _));
        for (var report = 1; report < 7; report++)
        {
            var isLate = report < 6;
            Assert.Equal(
                isLate ? SrtpError.TooOld : SrtpError.None,
                told.UnprotectRtcp(Report(sender), out _)
            );
        }
    }

    [Fact]
    public void Advance_Less_GoesNotBack()
    {
        using var peers = new SrtpPeers(SrtpProfile.AeadAes128Gcm);
        Assert.NotNull(peers.Protect(100));
        Assert.NotEmpty(peers.ProtectRtcp());
        Assert.NotEmpty(peers.ProtectRtcp());
        Assert.True(peers.Sender.Advance(new(IndexSpace.Rtp, new Ssrc(SrtpPeers.Ssrc), Last: 50)));
        Assert.True(peers.Sender.Advance(new(IndexSpace.Rtcp, default, Last: 1)));
        Assert.Null(peers.Protect(99));
        Assert.NotNull(peers.Protect(101));
        var uses = new List<IndexUse>();
        peers.Sender.ListIndices(uses);
        Assert.Equal([2, 101], uses.ConvertAll(use => use.Used));
    }

    private static SrtpSession Create(SrtpProfile profile, byte[] exported, DtlsRole role) =>
        new(SrtpKeyingMaterial.FromExporter(profile, role, exported), SrtpCiphers.Best);

    private static byte[] Write(SrtpSession session)
    {
        using var writer = new StateWriter(Instant.Zero, StateBytesMax);
        session.Write(writer);
        return writer.Written.ToArray();
    }

    private static void Read(SrtpSession session, byte[] state)
    {
        var reader = new StateReader(state, Instant.Zero);
        session.Read(ref reader);
        Assert.False(reader.IsBroken);
    }

    private static byte[]? Protect(SrtpSession session, ushort sequence, uint ssrc)
    {
        var plain = SrtpPeers.Rtp(sequence, ssrc, payloadBytes: 8);
        var packet = new byte[plain.Length + session.OverheadBytes];
        plain.CopyTo(packet, 0);
        var prefixLength = plain.Length - SrtpPeers.HeaderBytes;
        var length = session.ProtectRtp(packet, SrtpPeers.HeaderBytes, prefixLength, []);
        return length == 0 ? null : packet;
    }

    private static byte[] Report(SrtpSession session)
    {
        var packet = new byte[8 + session.RtcpOverheadBytes];
        SrtpPeers.Rtcp(ssrc: 1).CopyTo(packet, 0);
        return packet[..session.ProtectRtcp(packet, 8)];
    }

    /// <summary>What all owners together have sent, and may have.</summary>
    private sealed class Run(Prng random, SrtpSession receiver)
    {
        private const int Ssrcs = 3;

        private readonly HashSet<(uint Ssrc, long Index)> _used = [];
        private readonly HashSet<uint> _reports = [];
        private readonly long[] _next =
        [
            .. Enumerable.Range(0, Ssrcs).Select(_ => (long)random.NextInt32(1 << 15)),
        ];

        private readonly long[] _granted = [.. Enumerable.Repeat(-1L, Ssrcs)];
        private long _reportsGranted;

        /// <summary>The first is sent by every owner, the last perhaps by none.</summary>
        public void Grant(SrtpSession owner)
        {
            owner.LimitIndices();
            for (var ssrc = 0; ssrc < Ssrcs; ssrc++)
            {
                _granted[ssrc] = Math.Max(
                    _granted[ssrc],
                    _next[ssrc] - 1 + random.NextInt32(AheadMax)
                );
                Assert.True(owner.Grant(Bound(ssrc), askAfter: 0));
            }

            _reportsGranted += random.NextInt32(1000);
            Assert.True(owner.Grant(new(IndexSpace.Rtcp, default, _reportsGranted), askAfter: 0));
        }

        /// <summary>Sends as rewriters do: numbers that are refused are gone. Some packets are lost, some come late.</summary>
        public void Send(SrtpSession owner, int packets)
        {
            for (var packet = 0; packet < packets; packet++)
            {
                var ssrc = random.NextInt32(random.NextInt32(Ssrcs) + 1);
                var index = _next[ssrc];
                // Within what may be sent: whose limit is reached stops.
                if (index > _granted[ssrc])
                {
                    continue;
                }

                _next[ssrc]++;
                var sent = Protect(owner, unchecked((ushort)index), (uint)ssrc);
                Assert.NotNull(sent);
                Assert.True(_used.Add(((uint)ssrc, index)), $"{ssrc}:{index} is used twice.");
                if (random.NextInt32(4) != 0)
                {
                    Assert.Equal(SrtpError.None, receiver.UnprotectRtp(sent, out _));
                }

                SendReport(owner);
            }
        }

        /// <summary>Goes on above all grants; whatever was or could have been sent before is refused.</summary>
        public void Survive(SrtpSession owner)
        {
            for (var ssrc = 0; ssrc < Ssrcs; ssrc++)
            {
                Assert.True(owner.Advance(Bound(ssrc)));
                for (var back = 0; back < 5000; back += 1 + random.NextInt32(40))
                {
                    var index = _granted[ssrc] - back;
                    if (index >= 0)
                    {
                        Assert.Null(Protect(owner, unchecked((ushort)index), (uint)ssrc));
                    }
                }

                _next[ssrc] = _granted[ssrc] + 1;
            }

            Assert.True(owner.Advance(new(IndexSpace.Rtcp, default, _reportsGranted)));
        }

        private void SendReport(SrtpSession owner)
        {
            if (random.NextInt32(20) != 0 || _reports.Count >= _reportsGranted)
            {
                return;
            }

            var report = Report(owner);
            if (report.Length == 0)
            {
                Assert.True(owner.HasLapsed);
                return;
            }

            Assert.Equal(SrtpError.None, receiver.UnprotectRtcp([.. report], out _));
            var uses = new List<IndexUse>();
            owner.ListIndices(uses);
            Assert.True(_reports.Add((uint)uses[0].Used), $"SRTCP {uses[0].Used} is used twice.");
            Assert.InRange(uses[0].Used, 1, _reportsGranted);
        }

        private IndexBound Bound(int ssrc) =>
            new(IndexSpace.Rtp, new Ssrc((uint)ssrc), _granted[ssrc]);
    }
}
