using Edge.Forwarding.Allocation;
using Edge.Primitives;
using Xunit;

namespace Edge.Forwarding.Tests.Allocation;

/// <summary>How what a network carries is divided, with rates in kbit/s.</summary>
public sealed class LayerAllocatorTests
{
    private Instant _now = Instant.FromMilliseconds(1000);

    [Fact]
    public void Allocate_RoomForAll_EachHasItsBest()
    {
        TrackShare[] shares = [Sound(40), Camera(150, 500, 1700), Camera(150, 500)];

        Assert.Equal(2240, Allocate(shares, 5000));

        Assert.Equal([2, 1], Steps(shares));
    }

    [Fact]
    public void Allocate_LittleRoom_AllHaveSomethingBeforeAnyHasMore()
    {
        TrackShare[] shares = [Sound(40), Camera(150, 500), Camera(150, 500), Camera(150, 500)];

        Allocate(shares, 700);

        Assert.Equal([0, 0, 0], Steps(shares));
    }

    [Fact]
    public void Allocate_EqualPriority_StepsGoAround()
    {
        TrackShare[] shares = [Camera(150, 500, 1700), Camera(150, 500, 1700)];

        Allocate(shares, 1200);

        Assert.Equal([1, 1], Steps(shares));
    }

    [Fact]
    public void Allocate_HigherPriority_ClimbsFirst()
    {
        TrackShare[] shares = [Camera(150, 500, 1700), Camera(150, 500, 1700)];
        shares[0].Priority = 1;

        Allocate(shares, 2100);

        Assert.Equal([2, 0], Steps(shares));
    }

    [Fact]
    public void Allocate_NoRoomForAll_TheLeastImportantIsPausedAndSoundIsNot()
    {
        TrackShare[] shares = [Camera(150, 500), Camera(150, 500), Sound(40)];
        shares[0].Priority = 1;

        Allocate(shares, 220);

        Assert.Equal([0, -1], Steps(shares));
        Assert.Equal(0, shares[2].Next);
    }

    [Fact]
    public void Allocate_NetworkNotKnown_NothingIsPaused()
    {
        TrackShare[] shares = [Camera(2500), Camera(150, 500)];

        Allocate(shares, 300, isKnown: false);

        Assert.Equal([0, 0], Steps(shares));
    }

    [Fact]
    public void Allocate_AMomentTooLittle_IsBorneAndLastingIsNot()
    {
        TrackShare[] shares = [Camera(150, 500, 1700)];
        Allocate(shares, 3000);
        Assert.Equal([2], Steps(shares));

        Allocate(shares, 1500);
        Assert.Equal([2], Steps(shares));
        _now += TimeSpan.FromSeconds(2);
        Allocate(shares, 1500);

        Assert.Equal([1], Steps(shares));
    }

    [Fact]
    public void Allocate_MuchTooLittle_IsLeftAtOnce()
    {
        TrackShare[] shares = [Camera(150, 500, 1700)];
        Allocate(shares, 3000);

        Allocate(shares, 600);

        Assert.Equal([1], Steps(shares));
    }

    [Fact]
    public void Allocate_TheOnlyPicture_IsPausedOnlyWhenItLasts()
    {
        TrackShare[] shares = [Camera(1700)];
        Allocate(shares, 3000);

        Allocate(shares, 300);
        Assert.Equal([0], Steps(shares));
        _now += TimeSpan.FromSeconds(2);
        Allocate(shares, 300);

        Assert.Equal([-1], Steps(shares));
    }

    /// <summary>An estimate that swings around a step: each rise that is regretted puts the next off for twice as
    /// long.</summary>
    [Fact]
    public void Allocate_SwingingEstimate_SwitchesLessAndLess()
    {
        TrackShare[] shares = [Camera(150, 500, 1700)];
        var switches = new List<double>();
        var last = -1;
        for (var second = 0; second < 300; second++, _now += TimeSpan.FromSeconds(1))
        {
            Allocate(shares, second % 6 < 3 ? 2000 : 1000);
            if (shares[0].Current != last)
            {
                last = shares[0].Current;
                switches.Add(second);
            }
        }

        Assert.True(switches.Count(at => at >= 120) <= 9, string.Join(' ', switches));
    }

    /// <summary>An estimate that varies by less than the margin, which with many tracks is several steps.</summary>
    [Fact]
    public void Allocate_ManyTracksAndAnEstimateThatVaries_NoneIsSwitched()
    {
        TrackShare[] shares = [.. Enumerable.Range(0, 25).Select(_ => Camera(100, 300, 900))];
        Allocate(shares, 5000);
        var first = Steps(shares);
        Assert.Contains(1, first);

        for (var second = 1; second < 300; second++)
        {
            _now += TimeSpan.FromSeconds(1);
            Allocate(shares, second % 2 == 0 ? 5000 : 4700);
            Assert.Equal(first, Steps(shares));
        }
    }

    [Fact]
    public void Allocate_AfterAStepBack_RisesAgainSoon()
    {
        TrackShare[] shares = [Camera(150, 500, 1700)];
        Allocate(shares, 3000);
        _now += TimeSpan.FromMinutes(1);
        Allocate(shares, 600);
        _now += TimeSpan.FromSeconds(1);
        Allocate(shares, 3000);
        Assert.Equal([1], Steps(shares));

        _now += TimeSpan.FromSeconds(1);
        Allocate(shares, 3000);

        Assert.Equal([2], Steps(shares));
    }

    /// <summary>A first estimate that is far too high has all rise at once, and fall in two steps, some until they are
    /// paused. It was one rise: the paused ones wait no longer than the others, who would else take their room.</summary>
    [Fact]
    public void Allocate_FallsInTwoStepsFromOneRise_ThePausedComeBackFirst()
    {
        TrackShare[] shares = [.. Enumerable.Range(0, 25).Select(_ => Camera(110, 300, 900))];
        foreach (var kilobits in new[] { 44_000, 3000, 2000, 2000, 2000 })
        {
            Allocate(shares, kilobits);
            _now += TimeSpan.FromSeconds(1);
        }

        Assert.Contains(-1, Steps(shares));
        _now += StepMemory.PatienceMin;
        Allocate(shares, 4000);

        Assert.DoesNotContain(-1, Steps(shares));
    }

    /// <summary>Two rises that were regretted, and then much more than there was at them.</summary>
    [Fact]
    public void Allocate_MuchMoreThanAtARegrettedRise_DoesNotWait()
    {
        TrackShare[] shares = [Camera(150, 500, 1700)];
        foreach (var kilobits in new[] { 600, 300, 300, 600, 300 })
        {
            Allocate(shares, kilobits);
            _now += TimeSpan.FromSeconds(2);
        }

        Assert.Equal([0], Steps(shares));
        Allocate(shares, 600);
        Assert.Equal([0], Steps(shares));

        Allocate(shares, 2500);

        Assert.Equal([2], Steps(shares));
    }

    [Fact]
    public void Allocate_Minimum_IsTheCheapestThatWillDo()
    {
        var share = Camera(150, 500, 1700);
        share.Steps.DropBelow(Bitrate.FromKilobits(400));
        TrackShare[] shares = [share];

        Allocate(shares, 700);
        Assert.Equal(500_000, share.Steps[share.Next].Rate.BitsPerSecond);
        _now += TimeSpan.FromSeconds(5);
        Allocate(shares, 300);
        _now += TimeSpan.FromSeconds(5);
        Allocate(shares, 300);

        Assert.Equal([-1], Steps(shares));
    }

    [Fact]
    public void Steps_AWorseLayerThatCostsMore_IsNone()
    {
        var steps = new LayerSteps();
        steps.Clear();
        steps.Add(new LayerStep(0, Bitrate.FromKilobits(600)));
        steps.Add(new LayerStep(1, Bitrate.FromKilobits(500)));
        steps.Add(new LayerStep(2, Bitrate.FromKilobits(900)));

        Assert.Equal(2, steps.Count);
        Assert.Equal(1, steps[0].Layer);
        Assert.Equal(2, steps[1].Layer);
    }

    private static TrackShare Sound(int kilobits) => Shares.Of(isSound: true, kilobits);

    private static TrackShare Camera(params int[] kilobits) => Shares.Of(isSound: false, kilobits);

    private static int[] Steps(TrackShare[] shares) =>
        [.. shares.Where(share => !share.IsSound).Select(share => share.Next)];

    /// <summary>Allocates, and lets each share have its step; returns what is given out.</summary>
    private long Allocate(TrackShare[] shares, int kilobits, bool isKnown = true)
    {
        var given = LayerAllocator.Allocate(shares, Bitrate.FromKilobits(kilobits), isKnown, _now);
        foreach (var share in shares)
        {
            share.Current = share.Next;
        }

        return given.BitsPerSecond / 1000;
    }
}
