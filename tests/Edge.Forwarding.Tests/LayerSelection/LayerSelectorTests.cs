using Edge.Forwarding.LayerSelection;
using Edge.Primitives;
using Edge.Testing;
using Xunit;

namespace Edge.Forwarding.Tests.LayerSelection;

public sealed class LayerSelectorTests
{
    private readonly LayerSelector _selector = new(TimeSpan.FromSeconds(1));
    private int _ms;

    public LayerSelectorTests()
    {
        _selector.Restart(3);
    }

    [Fact]
    public void Choose_NoPackets_None() => Assert.Equal(-1, _selector.Choose(-1));

    [Fact]
    public void Choose_RatesAgainstTheOrderOfRids_FastestAfterASecond()
    {
        Run(3000, 500, 100, 20);
        Assert.Equal(0, _selector.Choose(-1));
        Assert.InRange(_selector.Rate(0).BitsPerSecond, 3_900_000, 4_100_000);
    }

    [Fact]
    public void Choose_SizesKnown_SizeBeatsRate()
    {
        Run(3000, 500, 100, 20);
        Assert.True(_selector.HandleSize(2, 1280 * 720) | _selector.HandleSize(0, 320 * 180));
        Assert.False(_selector.HandleSize(0, 320 * 180));
        _selector.HandleSize(1, 640 * 360);
        Run(1000, 500, 100, 20);
        Assert.Equal(2, _selector.Choose(-1));
    }

    /// <summary>A still picture: the big layer falls for less than a second.</summary>
    [Fact]
    public void Choose_RatesCrossShortly_KeepsTheOrder()
    {
        Run(3000, 20, 100, 500);
        Run(500, 20, 100, 50);
        Run(2000, 20, 100, 500);
        Assert.Equal(2, _selector.Choose(-1));
    }

    [Fact]
    public void HandlePicture_BestLayerSilent_DeadWithinHalfASecondAndBackWithItsFirstPacket()
    {
        Run(3000, 20, 100, 500);
        Run(390, 20, 100, 0);
        Assert.Equal(2, _selector.Choose(-1));
        Run(50, 20, 100, 0);
        Assert.Equal(1, _selector.Choose(-1));
        Assert.False(_selector.IsLive(2));
        Assert.True(_selector.HandlePacket(2, 100, At(_ms)));
        Assert.Equal(2, _selector.Choose(-1));
    }

    /// <summary>Of an encoder that pauses now and then: the first pause was taken for death.</summary>
    [Fact]
    public void HandlePicture_PausesOfALayerThatCameBack_AreNotTakenForDeathAgain()
    {
        Run(3000, 20, 100, 500);
        Run(600, 20, 100, 0);
        Assert.False(_selector.IsLive(2));
        for (var pause = 0; pause < 5; pause++)
        {
            Run(2000, 20, 100, 500);
            Run(600, 20, 100, 0);
            Assert.True(_selector.IsLive(2));
        }

        // It is left within a second all the same when it does die.
        Run(2000, 20, 100, 500);
        Run(680, 20, 100, 0);
        Assert.False(_selector.IsLive(2));
    }

    /// <summary>What it was off for says nothing of how often it has pictures.</summary>
    [Fact]
    public void HandlePicture_LayerBackForAFewPictures_IsLeftWithinASecondWhenItDiesAgain()
    {
        Run(3000, 20, 100, 500);
        Run(20_000, 20, 100, 0);
        Run(100, 20, 100, 500);
        Assert.True(_selector.IsLive(2));

        Run(450, 20, 100, 0);
        Assert.False(_selector.IsLive(2));
    }

    [Fact]
    public void HandlePicture_TooFewPicturesToKnow_DeadAfterASecond()
    {
        Run(1000, 20, 100, 0);
        Run(30, 20, 100, 500);
        Run(960, 20, 100, 0);
        Assert.True(_selector.IsLive(2));
        Run(100, 20, 100, 0);
        Assert.False(_selector.IsLive(2));
    }

    /// <summary>A still screen beside a smaller layer that is sent oftener: one picture is lost, that is no death;
    /// when none comes, it is.</summary>
    [Fact]
    public void HandlePicture_LayerOfAPictureASecond_DeadAfterFourOfItsOwnIntervals()
    {
        RunSlow(8000, slowMs: 1000);
        Run(2900, 20, 100, 0);
        Assert.True(_selector.IsLive(2));
        RunSlow(8000, slowMs: 1000);
        Run(5200, 20, 100, 0);
        Assert.False(_selector.IsLive(2));
    }

    /// <summary>Of pictures in three temporal layers only the lowest are sent from now on: a quarter.</summary>
    [Fact]
    public void HandlePicture_QuarterOfThePictures_Lives()
    {
        RunSlow(3000, slowMs: 33);
        RunSlow(3000, slowMs: 133);
        Assert.True(_selector.IsLive(2));
        RunSlow(3000, slowMs: 200);
        Assert.True(_selector.IsLive(2));
    }

    /// <summary>The publisher's network stalls; what comes first afterwards is the smallest layer, and for a while
    /// nothing else.</summary>
    [Fact]
    public void HandlePicture_AllSilentThenOneLayerFirst_KillsNone()
    {
        Run(3000, 20, 100, 500);
        _ms += 3000;
        Run(100, 20, 0, 0);
        Assert.True(_selector.IsLive(1));
        Assert.True(_selector.IsLive(2));
    }

    [Fact]
    public void HandlePicture_AnotherNodeTellsWhatLives_KillsNone()
    {
        Run(3000, 20, 100, 500);
        _selector.HandleTold(2, isLive: true, 0, Bitrate.FromKilobits(4000));
        Run(10_000, 20, 100, 0);
        Assert.True(_selector.IsLive(2));
    }

    [Fact]
    public void HandleTimeout_AllSilent_KillsNoneAndStopsAsking()
    {
        Run(3000, 20, 100, 500);
        Run(10_000, 0, 0, 0);
        Assert.Equal(2, _selector.Choose(-1));
        Assert.Equal(Instant.Never, _selector.PollTimeout());
    }

    [Fact]
    public void HandleActivity_SwitchedOff_NotChosenUntilOnAgain()
    {
        Run(3000, 20, 100, 500);
        Assert.True(_selector.HandleActivity(2, isActive: false, At(_ms)));
        Assert.Equal(1, _selector.Choose(-1));
        Assert.False(_selector.HandlePacket(2, 100, At(_ms)));
        _selector.HandleActivity(2, isActive: true, At(_ms));
        Assert.True(_selector.HandlePacket(2, 100, At(_ms)));
        Assert.Equal(2, _selector.Choose(-1));
    }

    [Fact]
    public void HandleKeyFrame_SwitchedOffLately_StaysOff()
    {
        Run(3000, 20, 100, 500);
        _selector.HandleActivity(2, isActive: false, At(_ms));
        Run(200, 20, 100, 500);
        _selector.HandleKeyFrame(2, At(_ms));
        Assert.False(_selector.HandlePacket(2, 100, At(_ms)));
        Assert.Equal(1, _selector.Choose(-1));
    }

    /// <summary>The word that it is back was lost, or comes behind its packet.</summary>
    [Fact]
    public void HandleKeyFrame_SwitchedOffLongAgo_ComesBack()
    {
        Run(3000, 20, 100, 500);
        _selector.HandleActivity(2, isActive: false, At(_ms));
        Run(500, 20, 100, 500);
        Assert.False(_selector.HandlePacket(2, 100, At(_ms)));
        _selector.HandleKeyFrame(2, At(_ms));
        Assert.True(_selector.HandlePacket(2, 100, At(_ms)));
        Assert.Equal(2, _selector.Choose(-1));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(-1, 2)]
    public void Choose_Preferred_IsTakenWhileItLives(int preferred, int chosen)
    {
        Run(2000, 20, 100, 500);
        Assert.Equal(chosen, _selector.Choose(preferred));
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(1, 0)]
    [InlineData(2, 2)]
    public void Choose_PreferredDead_NextLowerElseHigher(int preferred, int chosen)
    {
        Run(2000, 20, 100, 500);
        if (preferred == 2)
        {
            Assert.Equal(chosen, _selector.Choose(preferred));
            return;
        }

        _selector.HandleActivity(preferred, isActive: false, At(_ms));
        Assert.Equal(chosen, _selector.Choose(preferred));
    }

    [Fact]
    public void HandlePacket_HandlePicture_HandleKeyFrame_Choose_Steady_AllocateNothing() =>
        AllocationAssert.None(() =>
        {
            _ms++;
            _selector.HandleKeyFrame(_ms % 3, At(_ms));
            _selector.HandlePacket(_ms % 3, 500, At(_ms));
            _selector.HandlePicture(_ms % 3);
            _selector.HandleTimeout(At(_ms));
            _selector.Choose(-1);
        });

    private static Instant At(double ms) => Instant.FromMilliseconds(ms);

    /// <summary>The best layer has a picture in so many milliseconds, the others a hundred a second.</summary>
    private void RunSlow(int durationMs, int slowMs)
    {
        for (var end = _ms + durationMs; _ms < end; )
        {
            Run(10, 20, 100, 500);
            Run(slowMs - 10, 20, 100, 0);
        }
    }

    /// <summary>Runs for some time with so many bytes a millisecond in each layer, in pictures each 10 ms.</summary>
    private void Run(int durationMs, params int[] bytesPerMs)
    {
        for (var end = _ms + durationMs; _ms < end; _ms += 10)
        {
            for (var layer = 0; layer < 3; layer++)
            {
                if (bytesPerMs[layer] > 0)
                {
                    _selector.HandlePacket(layer, bytesPerMs[layer] * 10, At(_ms));
                    _selector.HandlePicture(layer);
                }
            }

            _selector.HandleTimeout(At(_ms));
        }
    }
}
