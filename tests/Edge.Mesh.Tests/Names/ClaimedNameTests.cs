using Edge.Mesh.Names;
using Edge.Primitives;
using Xunit;

namespace Edge.Mesh.Tests.Names;

/// <summary>Who publishes a stream when several say that they do.</summary>
public sealed class ClaimedNameTests
{
    private static readonly NodeAddress Here = new(1, 1);
    private static readonly NodeAddress There = new(2, 1);
    private readonly ClaimedName _name = new(Here);
    private Instant _now = Instant.Zero;

    [Fact]
    public void Judge_NobodyKnown_IsAskedOnce()
    {
        Assert.Equal(ClaimVerdict.Ask, Judge(10));
        Assert.Equal(ClaimVerdict.Nothing, Judge(10));

        _name.EndAsk(new StreamClaim(10, There));
        Assert.Equal(ClaimVerdict.Ask, Judge(10));
    }

    [Fact]
    public void Judge_ClaimOfWhoIsFollowed_IsNothingAndANewerOneAsked()
    {
        var followed = new StreamClaim(10, There);

        Assert.Equal(ClaimVerdict.Nothing, Judge(10, followed: followed));
        Assert.Equal(ClaimVerdict.Ask, Judge(11, followed: followed));
    }

    [Fact]
    public void Judge_OlderThanTheOwn_IsToldOfTheOwn()
    {
        _name.Publish(wallTicks: 10, _now);

        Assert.Equal(ClaimVerdict.SayAgain, Judge(9));
        Assert.Equal(ClaimVerdict.Nothing, Judge(9, isRepeated: true));
        Assert.Equal(new StreamClaim(10, Here), _name.Own);
    }

    [Fact]
    public void Judge_NewerThanTheOwn_IsAsked()
    {
        _name.Publish(wallTicks: 10, _now);

        Assert.Equal(ClaimVerdict.Ask, Judge(11));
    }

    /// <summary>The other clock is ahead: its publisher was there before this one came.</summary>
    [Fact]
    public void Judge_LaterGenerationThatWasThereBefore_IsTopped()
    {
        _name.Publish(wallTicks: 10, _now);
        _now += TimeSpan.FromSeconds(4);

        Assert.Equal(ClaimVerdict.Say, Judge(500, isRepeated: true));
        Assert.Equal(new StreamClaim(501, Here), _name.Own);

        _now += TimeSpan.FromSeconds(2);
        Assert.Equal(ClaimVerdict.Ask, Judge(900, isRepeated: true));
    }

    [Fact]
    public void Publish_AfterWhatWasHeard_IsNewer()
    {
        Judge(500);

        Assert.Equal(501UL, _name.Publish(wallTicks: 10, _now).Generation);
    }

    [Fact]
    public void TryRepeat_WhilePublished_ComesRoundAndEnds()
    {
        _name.Publish(wallTicks: 10, _now);
        Assert.False(_name.TryRepeat(out _, _now));

        _now = _name.PollTimeout();
        Assert.True(_name.TryRepeat(out var own, _now));
        Assert.Equal(10UL, own.Generation);
        Assert.Equal(_now + ClaimedName.RepeatInterval, _name.PollTimeout());

        Assert.True(_name.TryUnpublish(out var ended));
        Assert.Equal(own, ended);
        Assert.False(_name.TryUnpublish(out _));
        Assert.False(_name.PollTimeout().IsSet);
    }

    private ClaimVerdict Judge(
        ulong generation,
        bool isRepeated = false,
        StreamClaim? followed = null
    ) => _name.Judge(new StreamClaim(generation, There), isRepeated, followed, _now);
}
