using Edge.Forwarding.Allocation;
using Edge.Primitives;
using Xunit;

namespace Edge.Forwarding.Tests.Allocation;

/// <summary>How much of what a publisher sends a viewer can use, with rates in kbit/s.</summary>
public sealed class RateCeilingTests
{
    private RateCeiling _ceiling = new();
    private Instant _now = Instant.FromMilliseconds(1000);

    [Fact]
    public void Update_RoomForWhatIsSent_HoldsNothingBack()
    {
        Run(seconds: 10, rate: 2500, room: 2500);

        Assert.False(_ceiling.IsHeld);
        Assert.Equal(Bitrate.Unlimited, _ceiling.Value);
    }

    [Fact]
    public void Update_MuchTooLittleRoom_IsClaimedAtOnce()
    {
        Assert.True(Update(rate: 2500, room: 600));

        Assert.Equal(Bitrate.FromKilobits(570), _ceiling.Value);
        Assert.Equal(Bitrate.FromKilobits(2500), _ceiling.Wish);
    }

    /// <summary>An estimate that touches its limit is lower for less than a second.</summary>
    [Theory]
    [InlineData(0.6, false)]
    [InlineData(1.0, true)]
    public void Update_AlittleTooLittleRoom_IsClaimedWhenThatLasts(double seconds, bool isHeld)
    {
        Run(seconds, rate: 2500, room: 2300);

        Assert.Equal(isHeld, _ceiling.IsHeld);
    }

    /// <summary>What is sent fell with the ceiling, and fits: that is no reason to end it.</summary>
    [Fact]
    public void Update_PublisherObeys_TheWishStaysSoThatMoreIsLookedFor()
    {
        Update(rate: 2500, room: 600);
        Run(seconds: 30, rate: 560, room: 600);

        Assert.Equal(Bitrate.FromKilobits(570), _ceiling.Value);
        Assert.Equal(Bitrate.FromKilobits(2500), _ceiling.Wish);
    }

    /// <summary>The network falls again: the publisher has as long to obey as the first time.</summary>
    [Fact]
    public void Update_FallsAgain_IsToldLately()
    {
        Update(rate: 2500, room: 1000);
        Run(seconds: 5, rate: 940, room: 1000);
        Assert.False(_ceiling.IsToldLately(_now));

        Update(rate: 940, room: 400);
        Assert.True(_ceiling.IsToldLately(_now));
        Assert.True(_ceiling.IsObeyed(Bitrate.FromKilobits(940), _now));
        Run(seconds: 3, rate: 940, room: 400);
        Assert.False(_ceiling.IsObeyed(Bitrate.FromKilobits(940), _now));
    }

    [Fact]
    public void Update_RoomGrows_IsFollowedUntilThereIsEnough()
    {
        Update(rate: 2500, room: 600);

        Assert.True(Update(rate: 560, room: 1200));
        Assert.Equal(Bitrate.FromKilobits(1140), _ceiling.Value);
        Assert.True(Update(rate: 1100, room: 2750));
        Assert.Equal(Bitrate.Unlimited, _ceiling.Value);
    }

    [Fact]
    public void Update_RoomWavers_IsNotSaidAnew()
    {
        Update(rate: 2500, room: 600);

        Assert.False(Update(rate: 560, room: 610));
        Assert.False(Update(rate: 560, room: 575));
    }

    [Fact]
    public void Update_QueueHasToEmpty_IsThatMuchLower()
    {
        Update(rate: 2500, room: 600);
        _ceiling.Update(Bitrate.FromKilobits(560), Bitrate.FromKilobits(600), usable: 0.5, _now);

        Assert.Equal(Bitrate.FromKilobits(285), _ceiling.Value);
    }

    /// <summary>A publisher that sends a fifth of what it may is not held back by it. If it turns out to be, the next time
    /// takes twice as long.</summary>
    [Fact]
    public void Update_ClaimNotUsed_IsLetGoAndAfterARegretLater()
    {
        Update(rate: 2500, room: 600);
        Run(seconds: 4.5, rate: 120, room: 600);
        Assert.True(_ceiling.IsHeld);
        Run(seconds: 1, rate: 120, room: 600);
        Assert.False(_ceiling.IsHeld);

        Update(rate: 2500, room: 600);
        Run(seconds: 9, rate: 120, room: 600);
        Assert.True(_ceiling.IsHeld);
        Run(seconds: 2, rate: 120, room: 600);
        Assert.False(_ceiling.IsHeld);
    }

    [Fact]
    public void IsObeyed_ToldLately_OrSendingNoMore()
    {
        Update(rate: 2500, room: 600);
        Assert.True(_ceiling.IsObeyed(Bitrate.FromKilobits(2500), _now));

        Run(seconds: 3, rate: 2500, room: 600);

        Assert.False(_ceiling.IsObeyed(Bitrate.FromKilobits(2500), _now));
        Assert.True(_ceiling.IsObeyed(Bitrate.FromKilobits(600), _now));
    }

    private bool Update(int rate, int room) =>
        _ceiling.Update(Bitrate.FromKilobits(rate), Bitrate.FromKilobits(room), usable: 1, _now);

    private void Run(double seconds, int rate, int room)
    {
        for (var end = _now + TimeSpan.FromSeconds(seconds); _now < end; )
        {
            Update(rate, room);
            _now += TimeSpan.FromMilliseconds(100);
        }
    }
}
