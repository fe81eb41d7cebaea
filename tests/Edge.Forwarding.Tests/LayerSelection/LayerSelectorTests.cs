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
    public void Choose_BestLayerSilent_DeadAfterASecondAndBackWithItsFirstPacket()
    {
        Run(3000, 20, 100, 500);
        Run(900, 20, 100, 0);
        Assert.Equal(2, _selector.Choose(-1));
        Run(500, 20, 100, 0);
        Assert.Equal(1, _selector.Choose(-1));
        Assert.False(_selector.IsLive(2));
        Assert.True(_selector.HandlePacket(2, 100, At(_ms)));
        Assert.Equal(2, _selector.Choose(-1));
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
    public void HandlePacket_HandleKeyFrame_Choose_Steady_AllocateNothing() =>
        AllocationAssert.None(() =>
        {
            _ms++;
            _selector.HandleKeyFrame(_ms % 3, At(_ms));
            _selector.HandlePacket(_ms % 3, 500, At(_ms));
            _selector.HandleTimeout(At(_ms));
            _selector.Choose(-1);
        });

    private static Instant At(double ms) => Instant.FromMilliseconds(ms);

    /// <summary>Runs for some time with so many bytes a millisecond in each layer, in packets each 10 ms.</summary>
    private void Run(int durationMs, params int[] bytesPerMs)
    {
        for (var end = _ms + durationMs; _ms < end; _ms += 10)
        {
            for (var layer = 0; layer < 3; layer++)
            {
                if (bytesPerMs[layer] > 0)
                {
                    _selector.HandlePacket(layer, bytesPerMs[layer] * 10, At(_ms));
                }
            }

            _selector.HandleTimeout(At(_ms));
        }
    }
}
