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

    /// <summary>What is missing is taken once when it comes, as far back as anything is still of use.</summary>
    [Theory]
    [InlineData(10, 12, 11, FeedVerdict.TakeLate)]
    [InlineData(10, 74, 12, FeedVerdict.TakeLate)]
    [InlineData(10, 74, 11, FeedVerdict.TakeLate)]
    [InlineData(10, 75, 11, FeedVerdict.Old)]
    [InlineData(10, 500, 11, FeedVerdict.Old)]
    [InlineData(10, 12, 10, FeedVerdict.Old)]
    [InlineData(10, 12, 12, FeedVerdict.Old)]
    [InlineData(10, 12, 9, FeedVerdict.Old)]
    public void Judge_FrameBeforeTheLast_IsTakenIfItIsMissing(
        ulong first,
        ulong last,
        ulong late,
        FeedVerdict verdict
    )
    {
        Judge(first);
        Judge(last);

        Assert.Equal(verdict, Judge(late));
        Assert.Equal(FeedVerdict.Old, Judge(late));
        Assert.Equal(FeedVerdict.Take, Judge(last + 1));
    }

    [Fact]
    public void IsAnyMissing_UntilAllCame_IsSo()
    {
        Judge(number: 5);
        Assert.False(_order.IsAnyMissing(0));
        Judge(number: 8);
        Judge(number: 6);
        Assert.True(_order.IsAnyMissing(0));
        Judge(number: 7);

        Assert.False(_order.IsAnyMissing(0));
        Assert.False(_order.IsAnyMissing(1));
    }

    /// <summary>Each number is taken once, whatever the order in which they come.</summary>
    [Fact]
    public void Judge_AnyOrder_TakesEachNumberOnce() =>
        Seeds.Check(
            random =>
            {
                var order = new FeedOrder();
                var taken = new HashSet<ulong>();
                ulong highest = 1_000;
                order.Begin(new SourceName(1, 1), [highest]);
                for (var step = 0; step < 400; step++)
                {
                    var number = highest + (ulong)random.NextInt32(6) - 3;
                    highest = Math.Max(highest, number);
                    var header = new MeshFrameHeader(1, 1, 0, default) { Number = number };
                    var verdict = order.Judge(header, TimeSpan.Zero, out _);
                    var isNew = number > 1_000 && taken.Add(number);
                    Assert.Equal(isNew, verdict != FeedVerdict.Old);
                }
            },
            rounds: 50
        );

    /// <summary>A node that had the track follows it to another: what that one sends begins nothing.</summary>
    [Fact]
    public void Begin_WithTheLastNumbers_GoesOnFromThere()
    {
        _order.Begin(new SourceName(9, 4), [20, 0, 7]);

        Assert.Equal(FeedVerdict.Take, Judge(number: 21, epoch: 4, life: 9));
        Assert.False(_isNewSource);
        Assert.Equal(FeedVerdict.Take, Judge(number: 500, layer: 1, epoch: 4, life: 9));
        Assert.Equal(FeedVerdict.TakeAfterGap, Judge(number: 9, layer: 2, epoch: 4, life: 9));
        Judge(number: 22, epoch: 5, life: 9);
        Assert.True(_isNewSource);
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

    /// <summary>Of the same publisher alone: another one begins anew.</summary>
    [Fact]
    public void IsBehind_FramesOfALayer_AreThoseUpToTheLast()
    {
        Judge(number: 6);

        Assert.True(IsBehind(number: 5));
        Assert.True(IsBehind(number: 6));
        Assert.False(IsBehind(number: 7));
        Assert.False(IsBehind(number: 0));
        Assert.False(_order.IsBehind(new MeshFrameHeader(99, 1, 0, default) { Number = 5 }));
    }

    [Fact]
    public void Judge_AllocatesNothing() =>
        AllocationAssert.None(
            _order,
            static order =>
            {
                _ = order.IsBehind(new MeshFrameHeader(1, 1, 1, default) { Number = 9 });
                order.Judge(
                    new MeshFrameHeader(1, 1, 1, default) { Number = 9 },
                    TimeSpan.Zero,
                    out _
                );
                order.Judge(
                    new MeshFrameHeader(1, 1, 1, default) { Number = 7 },
                    TimeSpan.Zero,
                    out _
                );
                order.Judge(new MeshFrameHeader(1, 1, 1, default), TimeSpan.Zero, out _);
                _ = order.IsAnyMissing(1);
            }
        );

    private bool _isNewSource;

    private bool IsBehind(ulong number) =>
        _order.IsBehind(new MeshFrameHeader(1, 0, 0, default) { Number = number });

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
