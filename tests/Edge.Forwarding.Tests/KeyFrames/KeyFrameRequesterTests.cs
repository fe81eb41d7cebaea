using Edge.Forwarding.KeyFrames;
using Edge.Primitives;
using Edge.Testing;
using Xunit;

namespace Edge.Forwarding.Tests.KeyFrames;

public sealed class KeyFrameRequesterTests
{
    private readonly KeyFrameRequester _requester = new(2, TimeSpan.FromMilliseconds(500));

    [Fact]
    public void TryTake_ManyWishes_OneRequestPerIntervalUntilTheKeyFrame()
    {
        var taken = new List<double>();
        for (var ms = 0; ms < 2000; ms += 10)
        {
            if (ms < 1200)
            {
                _requester.Request(1, At(ms));
            }

            if (ms == 1300)
            {
                _requester.HandleKeyFrame(1, At(ms));
            }

            while (_requester.TryTake(out var layer, At(ms)))
            {
                Assert.Equal(1, layer);
                taken.Add(ms);
            }
        }

        Assert.Equal([0, 500, 1000], taken);
        Assert.Equal(Instant.Never, _requester.PollTimeout());
    }

    /// <summary>A wish that comes while the last request of a former one is still awaited is one of its own.</summary>
    [Fact]
    public void Request_AfterTheLastTry_StartsOver()
    {
        var ms = 0;
        _requester.Request(0, At(ms));
        for (var tries = 0; tries < KeyFrameRequester.TriesMax; ms += 500)
        {
            tries += _requester.TryTake(out _, At(ms)) ? 1 : 0;
        }

        _requester.Request(0, At(ms - 100));

        Assert.True(_requester.TryTake(out _, At(ms)));
        Assert.True(_requester.IsOpen(0));
    }

    [Fact]
    public void Request_RightAfterAnAnswer_WaitsForTheInterval()
    {
        _requester.Request(0, At(0));
        Assert.True(_requester.TryTake(out _, At(0)));
        _requester.HandleKeyFrame(0, At(100));
        _requester.Request(0, At(150));

        Assert.False(_requester.TryTake(out _, At(150)));
        Assert.Equal(At(500), _requester.PollTimeout());
        Assert.True(_requester.TryTake(out _, At(500)));
    }

    [Fact]
    public void HasComeWithin_KeyFrameOfThatLayer_ForSoLong()
    {
        Assert.False(HasCome(0, ms: 0));
        _requester.HandleKeyFrame(0, At(100));

        Assert.True(HasCome(0, ms: 400));
        Assert.False(HasCome(0, ms: 401));
        Assert.False(HasCome(1, ms: 100));
        _requester.Clear();
        Assert.False(HasCome(0, ms: 100));

        bool HasCome(int layer, double ms) =>
            _requester.HasComeWithin(layer, TimeSpan.FromMilliseconds(300), At(ms));
    }

    [Fact]
    public void TryTake_TwoLayers_AreIndependent()
    {
        _requester.Request(0, At(0));
        _requester.Request(1, At(0));
        Assert.True(_requester.TryTake(out var first, At(0)));
        Assert.True(_requester.TryTake(out var second, At(0)));
        Assert.Equal((0, 1), (first, second));
        Assert.False(_requester.TryTake(out _, At(0)));
    }

    [Fact]
    public void Habit_KeyFrameSoonAfterARequest_Answers()
    {
        _requester.Request(0, At(0));
        Assert.True(_requester.TryTake(out _, At(0)));
        _requester.HandleKeyFrame(0, At(400));
        Assert.Equal(KeyFrameHabit.Answers, _requester.Habit);
    }

    [Fact]
    public void Habit_NoKeyFrameForOverASecond_IgnoresAndWishEndsInTheEnd()
    {
        _requester.Request(0, At(0));
        var taken = 0;
        for (var ms = 0; ms < 60_000; ms += 100)
        {
            taken += _requester.TryTake(out _, At(ms)) ? 1 : 0;
        }

        Assert.Equal(KeyFrameHabit.Ignores, _requester.Habit);
        Assert.Equal(KeyFrameRequester.TriesMax, taken);
        Assert.False(_requester.IsOpen(0));
        _requester.Clear();
        Assert.Equal(KeyFrameHabit.Unknown, _requester.Habit);
    }

    [Fact]
    public void RequestTryTakeHandleKeyFrame_Steady_AllocateNothing()
    {
        var ms = 0;
        AllocationAssert.None(() =>
        {
            ms += 100;
            _requester.Request(1, At(ms));
            _requester.TryTake(out _, At(ms));
            _requester.HandleKeyFrame(1, At(ms));
        });
    }

    private static Instant At(double ms) => Instant.FromMilliseconds(ms);
}
