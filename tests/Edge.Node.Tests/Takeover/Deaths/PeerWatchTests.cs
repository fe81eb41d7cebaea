using Anycast.Takeover.Voting;
using Edge.Node.Takeover.Deaths;
using Edge.Primitives;
using Edge.Testing;
using Xunit;

namespace Edge.Node.Tests.Takeover.Deaths;

/// <summary>Who is there and who is missed, and what time it is there.</summary>
public sealed class PeerWatchTests
{
    private const ushort Node = 7;
    private const ulong Life = 1;

    /// <summary>How much further the other's clock is.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromHours(3);

    private readonly PeerWatch _watch = new();
    private Instant _now = Instant.Zero + TimeSpan.FromSeconds(10);

    [Fact]
    public void Hear_First_IsNew() => Assert.True(Hear());

    [Fact]
    public void Hear_Again_IsNotNew()
    {
        _ = Hear();
        Wait(PeerWatch.Interval);

        Assert.False(Hear());
    }

    [Fact]
    public void Hear_AnotherNode_IsNew()
    {
        _ = Hear();

        Assert.True(Hear(node: 8));
        Assert.False(Hear());
    }

    /// <summary>One that drains is told apart from one that does not, as long as it is there.</summary>
    [Fact]
    public void Hear_RoleHasChanged_IsNewOnce()
    {
        _ = Hear();
        Wait(PeerWatch.Interval);

        Assert.True(Hear(role: PeerRole.Leaving));
        Assert.False(Hear(role: PeerRole.Leaving));
        Assert.True(Hear());
    }

    [Fact]
    public void TakeMissed_NobodyWasHeard_IsEmpty() => Assert.Empty(_watch.TakeMissed(_now));

    [Fact]
    public void TakeMissed_SilentForLess_IsEmpty()
    {
        _ = Hear();
        Wait(PeerWatch.SilenceMax - new TimeSpan(1));

        Assert.Empty(_watch.TakeMissed(_now));
    }

    [Fact]
    public void TakeMissed_SilentForSoLong_IsMissedOnce()
    {
        _ = Hear();
        Wait(PeerWatch.SilenceMax);

        Assert.Equal([Node], _watch.TakeMissed(_now));
        Assert.Empty(_watch.TakeMissed(_now));
        Wait(TimeSpan.FromHours(1));
        Assert.Empty(_watch.TakeMissed(_now));
    }

    [Fact]
    public void TakeMissed_OneOfThreeIsHeard_TheOthersAreMissed()
    {
        _ = Hear(node: 1);
        _ = Hear(node: 2);
        _ = Hear(node: 3);
        Wait(PeerWatch.SilenceMax);
        _ = Hear(node: 2);

        Assert.Equal<ushort>([1, 3], _watch.TakeMissed(_now).Order());
    }

    [Fact]
    public void Hear_AfterItWasMissed_IsNewAndMissedAgain()
    {
        _ = Hear();
        Wait(PeerWatch.SilenceMax);
        _ = _watch.TakeMissed(_now);

        Assert.True(Hear());
        Assert.False(Hear());
        Wait(PeerWatch.SilenceMax);
        Assert.Equal([Node], _watch.TakeMissed(_now));
    }

    /// <summary>It was never asked who is missed: nobody missed it.</summary>
    [Fact]
    public void Hear_SilentButNotMissed_IsNotNew()
    {
        _ = Hear();
        Wait(2 * PeerWatch.SilenceMax);

        Assert.False(Hear());
        Assert.Empty(_watch.TakeMissed(_now));
    }

    [Fact]
    public void Hear_AnotherLife_IsNewAndTakesThePlace()
    {
        _ = Hear();

        Assert.True(Hear(life: 2));
        Assert.Null(_watch.Translate(Node, Life, _now + Ahead));
        Assert.NotNull(_watch.Translate(Node, 2, _now + Ahead));
        Wait(PeerWatch.SilenceMax);
        Assert.Equal([Node], _watch.TakeMissed(_now));
    }

    /// <summary>The clock of a life begins anew.</summary>
    [Fact]
    public void Translate_OfAnotherLife_NothingIsLeftOfTheFormer()
    {
        _ = Hear();
        _ = _watch.Hear(new(Node, 2, PeerRole.Holder, Instant.Zero), _now);

        Assert.Equal(_now, _watch.Translate(Node, 2, Instant.Zero));
    }

    [Fact]
    public void Translate_NodeOrLifeIsUnknown_Null()
    {
        Assert.Null(_watch.Translate(Node, Life, _now));
        _ = Hear();

        Assert.Null(_watch.Translate(8, Life, _now));
        Assert.Null(_watch.Translate(Node, 2, _now));
    }

    /// <summary>It is asked of those above all that are not there any more.</summary>
    [Fact]
    public void Translate_IsMissed_IsStillKnown()
    {
        _ = Hear();
        var heardAt = _now;
        Wait(PeerWatch.SilenceMax);
        _ = _watch.TakeMissed(_now);

        Assert.Equal(heardAt, _watch.Translate(Node, Life, heardAt + Ahead));
    }

    [Fact]
    public void Translate_AnyMoment_IsAsFarFromTheWord()
    {
        _ = Hear();
        foreach (var seconds in new[] { -3600, -1, 0, 1, 3600 })
        {
            var moment = _now + TimeSpan.FromSeconds(seconds);
            Assert.Equal(moment, _watch.Translate(Node, Life, moment + Ahead));
        }
    }

    /// <summary>Whatever a word took on its way, it was said no later: the quickest is nearest to the truth.</summary>
    [Fact]
    public void Translate_SomeWordsAreLate_TheQuickestCounts()
    {
        foreach (var delay in new[] { 40, 3, 80, 20 })
        {
            _ = Hear(delay: TimeSpan.FromMilliseconds(delay));
        }

        AssertOff(TimeSpan.FromMilliseconds(3), within: TimeSpan.FromMicroseconds(20));
    }

    [Fact]
    public void Translate_AWordIsQuicker_ItCountsAtOnce()
    {
        _ = Hear(delay: TimeSpan.FromMilliseconds(50));
        _ = Hear(delay: TimeSpan.FromMilliseconds(1));

        AssertOff(TimeSpan.FromMilliseconds(1), within: TimeSpan.Zero);
    }

    /// <summary>A clock that is slower than ours, by as much as quartzes are: it is followed, and never believed to be further than
    /// it is by more than a word's drift.</summary>
    [Theory]
    [InlineData(-100)]
    [InlineData(100)]
    public void Translate_ClocksDrift_IsFollowed(int microsecondsASecond)
    {
        var ahead = Ahead;
        var words = (int)(TimeSpan.FromMinutes(10) / PeerWatch.Interval);
        var drift = PeerWatch.Interval * (microsecondsASecond / 1e6);
        for (var word = 0; word < words; word++)
        {
            _ = _watch.Hear(new(Node, Life, PeerRole.Holder, _now + ahead), _now);
            Wait(PeerWatch.Interval);
            ahead += drift;
        }

        var read = _watch.Translate(Node, Life, _now + ahead)!.Value;
        Assert.InRange((read - _now).TotalMicroseconds, -20, 20);
    }

    /// <summary>A late word of a lossy network never makes it worse by more than the drift that is allowed for.</summary>
    [Fact]
    public void Translate_AnyDelays_IsNeverFarFromTheQuickest() =>
        Seeds.Check(
            random =>
            {
                var watch = new PeerWatch();
                var quickest = TimeSpan.MaxValue;
                for (var word = 0; word < 100; word++)
                {
                    var delay = TimeSpan.FromMicroseconds(random.NextInt32(100_000));
                    quickest = delay < quickest ? delay : quickest;
                    _ = watch.Hear(new(Node, Life, PeerRole.Holder, _now + Ahead - delay), _now);
                    var off = watch.Translate(Node, Life, _now + Ahead)!.Value - _now;
                    Assert.InRange(off, quickest, quickest + TimeSpan.FromMicroseconds(10 * word));
                    Wait(PeerWatch.Interval);
                }
            },
            rounds: 50
        );

    /// <summary>Its connection has closed: that is known before its silence is.</summary>
    [Fact]
    public void TryMiss_KnownOnceAndThereAgainWhenHeard()
    {
        Assert.False(_watch.TryMiss(Node));
        _ = Hear();
        Assert.True(_watch.TryMiss(Node));
        Assert.False(_watch.TryMiss(Node));
        Wait(PeerWatch.SilenceMax);
        Assert.Empty(_watch.TakeMissed(_now));
        Assert.True(Hear());
    }

    private bool Hear(
        ushort node = Node,
        ulong life = Life,
        PeerRole role = PeerRole.Holder,
        TimeSpan delay = default
    ) => _watch.Hear(new(node, life, role, _now + Ahead - delay), _now);

    private void Wait(TimeSpan time) => _now += time;

    private void AssertOff(TimeSpan by, TimeSpan within) =>
        Assert.InRange(_watch.Translate(Node, Life, _now + Ahead)!.Value - _now, by, by + within);
}
