using Edge.Primitives;
using Edge.Protocol.Srtp;
using Edge.Testing;
using Xunit;

namespace Edge.Protocol.Tests.Srtp;

/// <summary>A session that may use only the indices it was granted.</summary>
public sealed class SrtpLimitTests
{
    private const uint Other = 99;
    private const uint Unknown = 100;

    public static TheoryData<SrtpProfile> Profiles => SrtpPeers.Profiles;

    [Theory]
    [MemberData(nameof(Profiles))]
    public void ProtectRtp_BeyondTheGrant_IsRefusedAndSeen(SrtpProfile profile)
    {
        using var peers = new SrtpPeers(profile);
        Assert.NotNull(peers.Protect(7));
        peers.Sender.LimitIndices();
        Assert.Null(peers.Protect(8));
        Assert.True(peers.Sender.HasLapsed);

        Assert.True(GrantRtp(peers, SrtpPeers.Ssrc, last: 10));
        peers.Sender.LimitIndices();
        Assert.False(peers.Sender.HasLapsed);
        Assert.NotNull(peers.Protect(10));
        Assert.NotNull(peers.Protect(9));
        Assert.False(peers.Sender.HasLapsed);
        Assert.Null(peers.Protect(11));
        Assert.True(peers.Sender.HasLapsed);
    }

    /// <summary>Nobody knows of an SSRC that was never granted.</summary>
    [Theory]
    [MemberData(nameof(Profiles))]
    public void ProtectRtp_OfAnSsrcThatWasNotGranted_IsRefused(SrtpProfile profile)
    {
        using var peers = new SrtpPeers(profile);
        peers.Sender.LimitIndices();
        Assert.True(GrantRtp(peers, SrtpPeers.Ssrc, last: 100));
        Assert.NotNull(peers.Protect(5));
        Assert.Null(peers.Protect(5, Other));
        Assert.True(peers.Sender.HasLapsed);
        Assert.True(GrantRtp(peers, Other, last: 5));
        Assert.Null(peers.Protect(6, Other));
        Assert.NotNull(peers.Protect(5, Other));
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void ProtectRtcp_BeyondTheGrant_IsRefused(SrtpProfile profile)
    {
        using var peers = new SrtpPeers(profile);
        Assert.NotEmpty(peers.ProtectRtcp());
        peers.Sender.LimitIndices();
        Assert.Empty(peers.ProtectRtcp());
        Assert.True(peers.Sender.HasLapsed);
        Assert.True(peers.Sender.Grant(new(IndexSpace.Rtcp, default, Last: 3), askAfter: 3));
        Assert.NotEmpty(peers.ProtectRtcp());
        // One counter for all.
        Assert.NotEmpty(peers.ProtectRtcp(Other));
        Assert.Empty(peers.ProtectRtcp(Other));
        Assert.True(peers.Sender.HasLapsed);
    }

    [Fact]
    public void Grant_Less_TakesNothingBack()
    {
        using var peers = new SrtpPeers(SrtpProfile.AeadAes128Gcm);
        peers.Sender.LimitIndices();
        Assert.True(GrantRtp(peers, SrtpPeers.Ssrc, last: 10));
        Assert.True(GrantRtp(peers, SrtpPeers.Ssrc, last: 5));
        Assert.NotNull(peers.Protect(10));
    }

    /// <summary>Above the mark more is wanted, once for each grant, and packets go on to the last.</summary>
    [Fact]
    public void ProtectRtp_BeyondTheMark_WantsMoreOnce()
    {
        using var peers = new SrtpPeers(SrtpProfile.AeadAes128Gcm);
        peers.Sender.LimitIndices();
        Assert.True(GrantRtp(peers, SrtpPeers.Ssrc, last: 10, askAfter: 5));
        Assert.NotNull(peers.Protect(5));
        Assert.False(peers.Sender.IsWanting);
        Assert.NotNull(peers.Protect(6));
        Assert.True(peers.Sender.IsWanting);
        peers.Sender.HandleAsked();
        Assert.NotNull(peers.Protect(7));
        Assert.False(peers.Sender.IsWanting);
        Assert.False(peers.Sender.HasLapsed);
        Assert.Equal(
            [
                new IndexUse(new(IndexSpace.Rtcp, default, 0), 0),
                new IndexUse(new(IndexSpace.Rtp, new Ssrc(SrtpPeers.Ssrc), 10), 7),
            ],
            Uses(peers.Sender)
        );
    }

    /// <summary>A grant of no more than before is an answer too: who is wanting asks again.</summary>
    [Fact]
    public void Grant_TheSame_WantsMoreAgain()
    {
        using var peers = new SrtpPeers(SrtpProfile.AeadAes128Gcm);
        peers.Sender.LimitIndices();
        Assert.True(GrantRtp(peers, SrtpPeers.Ssrc, last: 10, askAfter: 5));
        Assert.NotNull(peers.Protect(6));
        peers.Sender.HandleAsked();
        Assert.True(GrantRtp(peers, SrtpPeers.Ssrc, last: 10, askAfter: 7));
        Assert.NotNull(peers.Protect(7));
        Assert.False(peers.Sender.IsWanting);
        Assert.NotNull(peers.Protect(8));
        Assert.True(peers.Sender.IsWanting);
    }

    [Fact]
    public void ProtectRtp_Unlimited_NothingIsWanted()
    {
        using var peers = new SrtpPeers(SrtpProfile.AeadAes128Gcm);
        for (var number = 0; number < 200_000; number++)
        {
            Assert.NotNull(peers.Protect((ushort)number));
            Assert.NotEmpty(peers.ProtectRtcp());
        }

        Assert.False(peers.Sender.IsWanting);
        Assert.False(peers.Sender.HasLapsed);
    }

    /// <summary>Whatever is granted when, whatever is tried: nothing above a grant is protected, all below it once.</summary>
    [Fact]
    public void ProtectRtp_AnyGrants_NothingAboveThem() =>
        Seeds.Check(
            (_, random) =>
            {
                using var peers = new SrtpPeers(SrtpProfile.AeadAes128Gcm, random);
                peers.Sender.LimitIndices();
                var granted = new Dictionary<uint, long> { [1] = -1, [2] = -1 };
                var next = new Dictionary<uint, long>
                {
                    [1] = random.NextInt32(1 << 15),
                    [2] = random.NextInt32(1 << 15),
                };
                var highest = new Dictionary<uint, long> { [1] = -1, [2] = -1 };
                for (var step = 0; step < 3000; step++)
                {
                    var ssrc = 1 + (uint)random.NextInt32(2);
                    Assert.Equal(granted[ssrc] > highest[ssrc], HasRoom(peers, ssrc));
                    if (random.NextInt32(20) == 0)
                    {
                        var last = next[ssrc] + random.NextInt32(60);
                        Assert.True(
                            GrantRtp(peers, ssrc, last, askAfter: last - random.NextInt32(60))
                        );
                        granted[ssrc] = Math.Max(granted[ssrc], last);
                        continue;
                    }

                    var isSent = peers.Protect(unchecked((ushort)next[ssrc]), ssrc) is not null;
                    Assert.Equal(next[ssrc] <= granted[ssrc], isSent);
                    Assert.True(isSent || peers.Sender.HasLapsed);
                    highest[ssrc] = isSent ? next[ssrc] : highest[ssrc];
                    // What was refused comes no more, as a rewriter has given its number away.
                    next[ssrc] += isSent || random.NextInt32(10) == 0 ? 1 : 0;
                }
            },
            rounds: 20
        );

    /// <summary>Of what was sent, of what was granted, of what nobody knows of, and reports.</summary>
    [Theory]
    [MemberData(nameof(Profiles))]
    public void LiftLimits_AfterRefusals_AllIsProtected(SrtpProfile profile)
    {
        using var peers = new SrtpPeers(profile);
        Assert.NotNull(peers.Protect(7));
        peers.Sender.LimitIndices();
        Assert.True(GrantRtp(peers, Other, last: 3));
        Assert.Null(peers.Protect(8));
        Assert.Null(peers.Protect(4, Other));
        Assert.Null(peers.Protect(1, Unknown));
        Assert.Empty(peers.ProtectRtcp());
        Assert.True(peers.Sender.HasLapsed);

        peers.Sender.LiftLimits();
        Assert.False(peers.Sender.HasLapsed);
        Assert.False(peers.Sender.IsWanting);
        Assert.NotNull(peers.Protect(8));
        Assert.NotNull(peers.Protect(4, Other));
        Assert.NotNull(peers.Protect(1, Unknown));
        Assert.NotEmpty(peers.ProtectRtcp());
        Assert.False(peers.Sender.HasLapsed);
        Assert.False(peers.Sender.IsWanting);
    }

    /// <summary>An index is used once, whatever limits it; and who limits again begins at what was used.</summary>
    [Fact]
    public void LiftLimits_ThenLimited_OnlyWhatIsGrantedAnew()
    {
        using var peers = new SrtpPeers(SrtpProfile.AeadAes128Gcm);
        peers.Sender.LimitIndices();
        Assert.True(GrantRtp(peers, SrtpPeers.Ssrc, last: 100));
        Assert.NotNull(peers.Protect(7));
        peers.Sender.LiftLimits();
        Assert.NotNull(peers.Protect(8));
        Assert.Null(peers.Protect(7));
        Assert.NotEmpty(peers.ProtectRtcp());

        peers.Sender.LimitIndices();
        Assert.Equal(
            [
                new IndexUse(new(IndexSpace.Rtcp, default, 1), 1),
                new IndexUse(new(IndexSpace.Rtp, new Ssrc(SrtpPeers.Ssrc), 8), 8),
            ],
            Uses(peers.Sender)
        );
        Assert.Null(peers.Protect(9));
        Assert.Empty(peers.ProtectRtcp());
    }

    [Fact]
    public void HasRoom_AtTheEdgeOfTheGrant_EndsWithTheLastIndex()
    {
        using var peers = new SrtpPeers(SrtpProfile.AeadAes128Gcm);
        Assert.True(HasRoom(peers, SrtpPeers.Ssrc));
        Assert.NotNull(peers.Protect(7));
        peers.Sender.LimitIndices();
        Assert.False(HasRoom(peers, SrtpPeers.Ssrc));
        Assert.False(HasRoom(peers, Other));

        Assert.True(GrantRtp(peers, SrtpPeers.Ssrc, last: 7));
        Assert.False(HasRoom(peers, SrtpPeers.Ssrc));
        Assert.True(GrantRtp(peers, SrtpPeers.Ssrc, last: 9));
        Assert.True(HasRoom(peers, SrtpPeers.Ssrc));
        Assert.NotNull(peers.Protect(8));
        Assert.True(HasRoom(peers, SrtpPeers.Ssrc));
        Assert.NotNull(peers.Protect(9));
        Assert.False(HasRoom(peers, SrtpPeers.Ssrc));
        Assert.False(HasRoom(peers, Other));
    }

    /// <summary>Index 0 is one, too.</summary>
    [Fact]
    public void HasRoom_OfAnSsrcThatWasNotSent_OnceItIsGranted()
    {
        using var peers = new SrtpPeers(SrtpProfile.AeadAes128Gcm);
        peers.Sender.LimitIndices();
        Assert.True(GrantRtp(peers, SrtpPeers.Ssrc, last: 0));
        Assert.True(HasRoom(peers, SrtpPeers.Ssrc));
        Assert.NotNull(peers.Protect(0));
        Assert.False(HasRoom(peers, SrtpPeers.Ssrc));

        peers.Sender.LiftLimits();
        Assert.True(HasRoom(peers, SrtpPeers.Ssrc));
        Assert.True(HasRoom(peers, Other));
    }

    private static bool HasRoom(SrtpPeers peers, uint ssrc) => peers.Sender.HasRoom(new Ssrc(ssrc));

    private static bool GrantRtp(SrtpPeers peers, uint ssrc, long last, long? askAfter = null) =>
        peers.Sender.Grant(new(IndexSpace.Rtp, new Ssrc(ssrc), last), askAfter ?? last);

    private static List<IndexUse> Uses(SrtpSession session)
    {
        var uses = new List<IndexUse>();
        session.ListIndices(uses);
        return uses;
    }
}
