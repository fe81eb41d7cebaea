using Anycast.Takeover.Voting;
using Edge.Node.Takeover.Deaths;
using Edge.Primitives;
using Xunit;

namespace Edge.Node.Tests.Takeover.Deaths;

public sealed class PeerWatchTests
{
    private static readonly Instant Start = new(TimeSpan.FromHours(1).Ticks);
    private readonly PeerWatch _watch = new();

    [Fact]
    public void TakeMissed_Silent_OnceAndAgainAfterItWasHeard()
    {
        Assert.True(Hear(life: 7, Start));
        Assert.False(Hear(life: 7, Start));
        Assert.Empty(_watch.TakeMissed(Start + PeerWatch.SilenceMax - TimeSpan.FromTicks(1)));
        Assert.Equal([9], _watch.TakeMissed(Start + PeerWatch.SilenceMax).ToArray());
        Assert.Empty(_watch.TakeMissed(Start + (PeerWatch.SilenceMax * 2)));

        Assert.True(Hear(life: 7, Start + TimeSpan.FromSeconds(1)));
        Assert.Equal([9], _watch.TakeMissed(Start + TimeSpan.FromSeconds(2)).ToArray());
    }

    [Fact]
    public void Hear_AnotherLife_IsNew()
    {
        Assert.True(Hear(life: 7, Start));
        Assert.True(Hear(life: 8, Start));
        Assert.Null(_watch.Translate(9, 7, Start));
        Assert.NotNull(_watch.Translate(9, 8, Start));
    }

    [Fact]
    public void TryMiss_KnownOnceAndThereAgainWhenHeard()
    {
        Assert.False(_watch.TryMiss(9));
        Assert.True(Hear(life: 7, Start));
        Assert.True(_watch.TryMiss(9));
        Assert.False(_watch.TryMiss(9));
        Assert.Empty(_watch.TakeMissed(Start + TimeSpan.FromSeconds(1)));
        Assert.True(Hear(life: 7, Start));
    }

    /// <summary>The word that took the shortest way says best what the other's time is, and is believed ever less.</summary>
    [Fact]
    public void Translate_QuickAndSlowWords_TheQuickOne()
    {
        var ahead = TimeSpan.FromMinutes(5);
        Say(Start + ahead, Start + TimeSpan.FromMilliseconds(1));
        Say(Start + ahead + TimeSpan.FromMilliseconds(50), Start + TimeSpan.FromMilliseconds(90));

        var translated = _watch.Translate(9, 7, Start + ahead)!.Value;
        Assert.InRange(
            translated - Start,
            TimeSpan.FromMilliseconds(1),
            TimeSpan.FromMilliseconds(1.1)
        );
    }

    [Fact]
    public void TryRead_WhatWasWrittenAndWhatLaterVersionsAppend_TheSame()
    {
        var hello = new TakeoverHello(9, 7, PeerRole.Leaving, new Instant(99));
        var bytes = new byte[TakeoverHello.Bytes + 5];
        hello.Write(bytes);
        bytes[0]++;

        Assert.True(TakeoverHello.TryRead(bytes, out var read));
        Assert.Equal(hello, read);
        for (var length = 0; length < TakeoverHello.Bytes; length++)
        {
            Assert.False(TakeoverHello.TryRead(bytes.AsSpan(0, length), out _));
        }

        bytes[1] = 99;
        Assert.False(TakeoverHello.TryRead(bytes, out _));
        bytes[0] = 0;
        Assert.False(TakeoverHello.TryRead(bytes, out _));
    }

    private bool Hear(ulong life, Instant now) =>
        _watch.Hear(new TakeoverHello(9, life, PeerRole.Holder, now), now);

    private void Say(Instant its, Instant now) =>
        _watch.Hear(new TakeoverHello(9, 7, PeerRole.Holder, its), now);
}
