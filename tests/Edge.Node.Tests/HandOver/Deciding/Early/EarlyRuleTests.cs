using Edge.Node.HandOver.Deciding;
using Edge.Node.HandOver.Deciding.Early;
using Edge.Node.HandOver.Desk;
using Xunit;

namespace Edge.Node.Tests.HandOver.Deciding.Early;

/// <summary>What follows from each answer to a letter of a session that has no keys yet.</summary>
public sealed class EarlyRuleTests : IPeerMemory
{
    private const int There = 2;
    private const int Third = 3;

    private static readonly HandOverPeer Peer = new(There, Room: 5, Life: 1, Ticket: 7, KeyId: 0);

    private readonly List<string> _kept = [];

    /// <summary>Nobody knows of it, and no key is in use: it goes on here only where nobody else can have it.</summary>
    [Theory]
    [InlineData(false, null, GivingVerdict.IsUnknown, "2 left out")]
    [InlineData(true, null, GivingVerdict.IsNowhere, "2 forgotten")]
    [InlineData(false, There, GivingVerdict.IsThere, "")]
    [InlineData(true, There, GivingVerdict.IsThere, "")]
    // The former run took it, gave it on and ended.
    [InlineData(true, Third, GivingVerdict.IsUnknown, "2 forgotten")]
    [InlineData(false, Third, GivingVerdict.IsUnknown, "2 left out")]
    internal void Judge_Unknown_ByWhoSaysThatItHasIt(
        bool isNowhere,
        int? holder,
        GivingVerdict verdict,
        string kept
    )
    {
        var rule = new EarlyRule(Peer, this, () => (ushort?)holder);

        Assert.Equal(verdict, rule.Judge(Peer, new HandOverResult.Unknown(isNowhere)));

        Assert.Equal(kept, string.Join(", ", _kept));
    }

    [Fact]
    public void TryChoose_Again_NobodyElse()
    {
        var rule = new EarlyRule(Peer, this, () => null);

        Assert.True(rule.TryChoose(out var chosen));
        Assert.Same(Peer, chosen);
        Assert.False(rule.TryChoose(out _));
    }

    void IPeerMemory.Exclude(ushort node) => _kept.Add($"{node} left out");

    void IPeerMemory.Forget(HandOverPeer peer) => _kept.Add($"{peer.Node} forgotten");
}
