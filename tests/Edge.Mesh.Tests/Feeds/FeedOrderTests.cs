using Edge.Mesh.Feeds;
using Edge.Testing;
using Edge.Wire.Mesh.Frames;
using Xunit;

namespace Edge.Mesh.Tests.Feeds;

/// <summary>Frames of another node in order, late, missing, and of former sources.</summary>
public sealed class FeedOrderTests
{
    private readonly FeedOrder _order = new();

    [Fact]
    public void Judge_FramesInOrder_AreTaken()
    {
        Assert.Equal(FeedVerdict.Take, Judge(number: 5));
        Assert.Equal(FeedVerdict.Take, Judge(number: 6));
        Assert.Equal(FeedVerdict.Old, Judge(number: 6));
    }

    [Fact]
    public void Judge_FrameMissing_IsAGapOnce()
    {
        Judge(number: 5);

        Assert.Equal(FeedVerdict.TakeAfterGap, Judge(number: 7));
        Assert.Equal(FeedVerdict.Take, Judge(number: 8));
        Assert.Equal(FeedVerdict.TakeLate, Judge(number: 6));
        Assert.Equal(FeedVerdict.Old, Judge(number: 6));
    }

    /// <summary>Each layer has numbers of its own.</summary>
    [Fact]
    public void Judge_OtherLayer_HasItsOwnNumbers()
    {
        Judge(number: 5);

        Assert.Equal(FeedVerdict.Take, Judge(number: 1, layer: 1));
        Assert.Equal(FeedVerdict.Take, Judge(number: 6));
    }

    [Fact]
    public void Judge_OutOfTheCache_HasNoPlaceAmongTheOthers()
    {
        Judge(number: 5);

        Assert.Equal(FeedVerdict.Take, Judge(number: 0));
        Assert.Equal(FeedVerdict.Take, Judge(number: 6));
    }

    /// <summary>The cache said which frame went before: the next one is missed when it does not come.</summary>
    [Theory]
    [InlineData(8, FeedVerdict.Take)]
    [InlineData(9, FeedVerdict.TakeAfterGap)]
    public void Judge_FirstFrameAfterTheCache_IsMissedWhenItDoesNotCome(
        ulong next,
        FeedVerdict verdict
    )
    {
        Judge(number: 0, after: 7);

        Assert.Equal(verdict, Judge(next));
    }

    /// <summary>A frame overtook the cache: what the cache says is old.</summary>
    [Fact]
    public void Judge_CacheThatCameLate_DoesNotTurnBack()
    {
        Judge(number: 9);
        Judge(number: 0, after: 8);

        Assert.Equal(FeedVerdict.Take, Judge(number: 10));
    }

    [Fact]
    public void Judge_LaterThanMediaIsWorth_IsTooLateAndNotOld()
    {
        Judge(number: 5);

        Assert.Equal(FeedVerdict.TooLate, Judge(number: 6, lateMs: 501));
        Assert.Equal(FeedVerdict.Take, Judge(number: 7, lateMs: 499));
    }

    [Fact]
    public void Judge_AnotherPublisher_IsANewSourceAndTheFormerIsOld()
    {
        Judge(number: 5);
        Judge(number: 6, epoch: 1);

        Assert.True(_isNewSource);
        Assert.Equal(FeedVerdict.Old, Judge(number: 7));
        Assert.Equal(FeedVerdict.Take, Judge(number: 7, epoch: 1));
        Assert.False(_isNewSource);
    }

    [Fact]
    public void Judge_OwnerStartedAnew_IsANewSourceWhateverItsNumbers()
    {
        Judge(number: 500, epoch: 7);

        Assert.Equal(FeedVerdict.Take, Judge(number: 1, life: 2));
        Assert.True(_isNewSource);
        Assert.Equal(FeedVerdict.Old, Judge(number: 501, epoch: 7));
    }

    [Fact]
    public void Restart_LayerTakenAnew_SeesNoGap()
    {
        Judge(number: 5);

        _order.Restart(0);

        Assert.Equal(FeedVerdict.Take, Judge(number: 90));
    }

    [Fact]
    public void Forget_TheNextFrame_IsOfANewSource()
    {
        Judge(number: 5);

        _order.Forget();

        Assert.Equal(FeedVerdict.Take, Judge(number: 6));
        Assert.True(_isNewSource);
    }

    [Fact]
    public void Judge_AllocatesNothing() =>
        AllocationAssert.None(
            _order,
            static order => order.Judge(new MeshFrameHeader(1, 1, 1, default), TimeSpan.Zero, out _)
        );

    private bool _isNewSource;

    private FeedVerdict Judge(
        ulong number,
        byte layer = 0,
        ushort epoch = 0,
        ulong life = 1,
        double lateMs = 0,
        ulong after = 0
    ) =>
        _order.Judge(
            new MeshFrameHeader(life, epoch, layer, default) { Number = number, After = after },
            TimeSpan.FromMilliseconds(lateMs),
            out _isNewSource
        );
}
