using Xunit;

namespace Edge.Mesh.Tests.Paths;

/// <summary>When a path is found to carry less than is asked over it, and how much.</summary>
public sealed class PathBudgetTests
{
    private readonly PathLab _lab = new();

    [Fact]
    public void HandleSample_InTime_NothingIsBounded()
    {
        Assert.Equal(0, _lab.Run(120, 5_000_000));
        Assert.False(_lab.Budget.IsBounded);
    }

    /// <summary>What a lost segment holds back for a moment is no queue.</summary>
    [Fact]
    public void HandleSample_LateForAMoment_NothingIsBounded()
    {
        for (var round = 0; round < 50; round++)
        {
            Assert.Equal(0, _lab.Run(0.5, 5_000_000));
            Assert.Equal(0, _lab.Run(0.2, 5_000_000, lateMs: 350));
        }
    }

    /// <summary>A whole group of pictures at once, for one who begins to watch, is late on a wide way too.</summary>
    [Fact]
    public void HandleSample_LateBehindACache_NothingIsBounded()
    {
        _lab.Run(5, 5_000_000);
        Assert.Equal(0, _lab.Run(0.8, 100_000_000, lateMs: 600, isReplay: true));
        Assert.Equal(0, _lab.Run(20, 10_000_000));
        Assert.False(_lab.Budget.IsBounded);
    }

    /// <summary>When it is over the way is judged as ever, and others who begin to watch put that off no further.</summary>
    [Fact]
    public void HandleSample_LateBehindOneCacheAfterAnother_IsBounded()
    {
        _lab.Run(5, 5_000_000);
        Assert.Equal(1, _lab.Run(1.7, 2_000_000, lateMs: 600, isReplay: true));
        Assert.True(_lab.Budget.IsBounded);
    }

    [Fact]
    public void HandleSample_AllIsLate_LessThanWhatCameIsAskedFor()
    {
        _lab.Run(5, 5_000_000);
        Assert.Equal(1, _lab.Run(0.4, 2_000_000, lateMs: 400));
        Assert.True(_lab.Budget.IsBounded);
        Assert.True(_lab.Budget.IsDraining);
        Assert.InRange(_lab.Budget.Rate.BitsPerSecond, 1_600_000, 1_800_000);
    }

    /// <summary>What waited is through when something comes in time; if nothing comes at all, after a while.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void HandleSample_WhatWaitedIsThrough_PicturesAreAskedForAgain(bool isTold)
    {
        _lab.Run(5, 5_000_000);
        _lab.Run(0.5, 2_000_000, lateMs: 500);
        Assert.True(_lab.Budget.IsDraining);
        if (isTold)
        {
            Assert.Equal(1, _lab.Run(0.1, 1000));
        }
        else
        {
            _lab.RunSilent(5);
        }

        Assert.False(_lab.Budget.IsDraining);
        Assert.True(_lab.Budget.IsBounded);
    }

    [Fact]
    public void HandleSample_Short_TriesMoreAfterAWhile()
    {
        Fall();
        var before = _lab.Budget.Rate;
        _lab.IsShort = true;
        _lab.Run(9, 1_500_000);
        Assert.Equal(before, _lab.Budget.Rate);
        _lab.Run(3, 1_500_000);
        Assert.True(_lab.Budget.Rate > before * 1.4);
    }

    /// <summary>Each try that fails doubles the wait, and takes nothing away that came in time before it.</summary>
    [Fact]
    public void HandleSample_TriesFail_TheWaitsGrow()
    {
        Fall();
        _lab.IsShort = true;
        var waits = new List<TimeSpan>();
        for (var round = 0; round < 6; round++)
        {
            var began = _lab.Elapsed;
            for (var rate = _lab.Budget.Rate; _lab.Budget.Rate == rate; )
            {
                _lab.Run(0.1, 1_500_000);
            }

            waits.Add(_lab.Elapsed - began);
            _lab.Run(0.4, 900_000, lateMs: 400);
            Assert.InRange(_lab.Budget.Rate.BitsPerSecond, 1_450_000, 1_550_000);
            _lab.Run(0.1, 1000);
        }

        for (var round = 1; round < waits.Count; round++)
        {
            var expected = Math.Min(waits[round - 1].TotalSeconds * 2, 120);
            Assert.Equal(expected, waits[round].TotalSeconds, 1.0);
        }
    }

    /// <summary>What another path over the same link tried and failed is no reason to try sooner.</summary>
    [Fact]
    public void HandleSample_LateWithoutATry_TheWaitStays()
    {
        Fall();
        _lab.IsShort = true;
        _lab.Run(10.5, 1_500_000);
        _lab.Run(0.4, 900_000, lateMs: 400);
        _lab.Run(0.1, 1000);
        _lab.Run(12, 1_500_000);
        // Not by a try of its own.
        _lab.Run(0.4, 1_400_000, lateMs: 400);
        _lab.Run(0.1, 1000);
        var rate = _lab.Budget.Rate;
        _lab.Run(19, 1_000_000);
        Assert.Equal(rate, _lab.Budget.Rate);
    }

    [Fact]
    public void HandleSample_AllThatIsWantedComesInTime_IsFreeAgain()
    {
        Fall();
        Assert.Equal(0, _lab.Run(29, 1_500_000));
        Assert.Equal(1, _lab.Run(2, 1_500_000));
        Assert.False(_lab.Budget.IsBounded);
    }

    /// <summary>A path on which nothing came for a moment is not taken for one that carries nothing.</summary>
    [Fact]
    public void HandleSample_LittleCameWhenItWasLate_KeepsHalfAtLeast()
    {
        Fall();
        var before = _lab.Budget.Rate;
        _lab.Run(2, 1_000_000);
        for (var round = 0; round < 3; round++)
        {
            _lab.Run(0.1, 20_000, lateMs: 300);
            _lab.RunSilent(0.3);
        }

        Assert.InRange(
            _lab.Budget.Rate.BitsPerSecond,
            before.BitsPerSecond * 0.45,
            before.BitsPerSecond
        );
    }

    /// <summary>The way became longer for good, as by another route: no queue in the end.</summary>
    [Fact]
    public void HandleSample_WayBecomesLonger_IsFollowed()
    {
        _lab.Run(10, 2_000_000);
        // Found too slow, drained, free again: once each.
        Assert.Equal(3, _lab.Run(60, 2_000_000, lateMs: 250));
        Assert.False(_lab.Budget.IsBounded);
    }

    /// <summary>A path of which 2 Mbit/s came late, and then in time.</summary>
    private void Fall()
    {
        _lab.Run(5, 5_000_000);
        _lab.Run(0.4, 2_000_000, lateMs: 400);
        Assert.True(_lab.Budget.IsBounded);
        _lab.Run(0.1, 1000);
        Assert.False(_lab.Budget.IsDraining);
    }
}
