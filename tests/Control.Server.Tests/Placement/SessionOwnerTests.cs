using Anycast.Steering;
using Control.Contract.Nodes;
using Control.Server.Placement;
using Edge.Primitives;

namespace Control.Server.Tests.Placement;

/// <summary>Who has a session, as its id says.</summary>
public sealed class SessionOwnerTests
{
    private static readonly ushort Own = OwnerCode.NumberOf("fra");
    private static readonly PopKeyRing Keys = new(MeshWorld.Key("fra", 1), MeshWorld.Key("fra"));

    private readonly Prng _random = Prng.FromNumber(1);

    [Theory]
    [InlineData((byte)0)]
    [InlineData((byte)1)]
    public void Read_OfTheOwnPop_ItsNode(byte key)
    {
        var id = OwnerCode.CreateSessionId(MeshWorld.Key("fra", key), 7, _random);
        Assert.Equal(new SessionOwner.Node(new NodeAddress(Own, 7)), Read(id));
    }

    /// <summary>Keys of other PoPs are not known here: their nodes decide.</summary>
    [Fact]
    public void Read_OfAnotherPop_ItsNode()
    {
        var id = OwnerCode.CreateSessionId(MeshWorld.Key("ams"), 7, _random);
        var other = OwnerCode.NumberOf("ams");
        Assert.Equal(new SessionOwner.Node(new NodeAddress(other, 7)), Read(id));
    }

    /// <summary>An id of the own PoP that no key of it has made is not passed on.</summary>
    [Fact]
    public void Read_OfTheOwnPopByAnotherKey_Nobody()
    {
        var forged = PopKey.Create(Own, 0, new byte[32]);
        Assert.IsType<SessionOwner.Nobody>(Read(OwnerCode.CreateSessionId(forged, 7, _random)));
        var retired = MeshWorld.Key("fra", 9);
        Assert.IsType<SessionOwner.Nobody>(Read(OwnerCode.CreateSessionId(retired, 7, _random)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("none")]
    [InlineData("0123456789abcdef0123456789abcdef")]
    [InlineData("????????????????????????????????????????")]
    public void Read_WhatIsNoId_Nobody(string id) => Assert.IsType<SessionOwner.Nobody>(Read(id));

    /// <summary>A newer node's session must not look ended while controls are being renewed.</summary>
    [Fact]
    public void Read_OfANewerVersion_Unknown()
    {
        var id = OwnerCode.CreateSessionId(MeshWorld.Key("fra"), 7, _random);
        Assert.StartsWith("AQ", id, StringComparison.Ordinal);
        Assert.IsType<SessionOwner.Unknown>(Read("Ag" + id[2..]));
    }

    private static SessionOwner Read(string id) => SessionOwner.Read(id, Keys, Own);
}
