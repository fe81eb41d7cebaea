using Edge.Node.Sessions.Identities;
using Edge.Node.Shards;
using Edge.Protocol.Dtls;
using Xunit;

namespace Edge.Node.Tests.Sessions.Identities;

/// <summary>Which identities a node has, and for how many of other nodes it keeps the TLS library ready.</summary>
public sealed class SessionIdentitiesTests
{
    [Fact]
    public void TryFind_Twice_IsOne()
    {
        using var identities = Create();
        using var other = SampleIdentity.Create();

        var first = Find(identities, other);
        var second = Find(identities, other);

        Assert.NotNull(first);
        Assert.Same(first, second);
        Assert.Equal(other.Fingerprint, first.Fingerprint);
        Assert.Equal(other.Fingerprint, first.Peers.LocalFingerprint);
    }

    [Fact]
    public void TryFind_Own_IsNotKeptTwice()
    {
        using var identities = Create();

        Assert.Same(identities.Own, Find(identities, identities.Own));
        Assert.Equal(0, identities.OthersCount);
    }

    [Fact]
    public void TryFind_KeyOfAnother_IsRefused()
    {
        using var identities = Create();
        using var one = SampleIdentity.Create();
        using var two = SampleIdentity.Create();

        Assert.Null(identities.TryFind(one.Certificate.Certificate, two.Certificate.PrivateKey));
        Assert.Null(identities.TryFind([], []));
        Assert.Null(identities.TryFind([1, 2, 3], one.Certificate.PrivateKey));
        Assert.Equal(0, identities.OthersCount);
        Assert.NotNull(Find(identities, one));
    }

    /// <summary>At the bound the one that was asked for longest ago goes; who has it can go on with it.</summary>
    [Fact]
    public void TryFind_MoreThanAreKept_OldestGoesAndStillWorks()
    {
        using var identities = Create();
        using var kept = SampleIdentity.Create();
        using var first = SampleIdentity.Create();
        var had = Find(identities, first);
        _ = Find(identities, kept);
        for (var count = 2; count < SessionIdentities.OthersMax; count++)
        {
            AddAnother(identities);
        }

        var before = Find(identities, kept);
        AddAnother(identities);

        Assert.Equal(SessionIdentities.OthersMax, identities.OthersCount);
        Assert.Same(before, Find(identities, kept));
        Assert.NotSame(had, Find(identities, first));
        using var engine = had!.Engines.Create(DtlsRole.Client);
        Assert.Equal(DtlsEngineStatus.Handshaking, engine.Start());
    }

    private static SessionIdentities Create() =>
        new(SampleIdentity.Shared.Certificate, new NodeClock().Anchor);

    private static SessionIdentity? Find(SessionIdentities identities, SessionIdentity identity) =>
        identities.TryFind(identity.Certificate.Certificate, identity.Certificate.PrivateKey);

    private static void AddAnother(SessionIdentities identities)
    {
        using var another = SampleIdentity.Create();
        Assert.NotNull(Find(identities, another));
    }
}
