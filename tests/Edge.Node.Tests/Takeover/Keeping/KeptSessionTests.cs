using Edge.Node.Takeover.Keeping;
using Edge.Primitives;
using Edge.Protocol.Srtp;
using Xunit;

namespace Edge.Node.Tests.Takeover.Keeping;

/// <summary>What is granted before there are keys waits for them, and how far a session is is told soon or later.</summary>
public sealed class KeptSessionTests : IDisposable
{
    private static readonly Ssrc Source = new(7);

    private readonly KeptSession _kept = new();
    private readonly KeptPair _pair = new();

    public KeptSessionTests() => _pair.Transport.LimitIndices();

    public void Dispose() => _pair.Dispose();

    [Fact]
    public void TellAt_NothingWasTold_IsDue() => Assert.Equal(Instant.Zero, _kept.TellAt);

    [Fact]
    public void TellAt_WasTold_IsDueLater()
    {
        var now = Instant.Zero + TimeSpan.FromSeconds(5);
        _kept.NoteTold(now);

        // No stream is so quick that it passes what is granted meanwhile.
        Assert.InRange(_kept.TellAt - now, new TimeSpan(1), TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void TellSoon_WasJustTold_IsDue()
    {
        _kept.NoteTold(Instant.Zero + TimeSpan.FromSeconds(5));
        _kept.TellSoon();

        Assert.Equal(Instant.Zero, _kept.TellAt);
    }

    [Fact]
    public void Grant_ThereAreKeys_MayBeUsedAtOnce()
    {
        _pair.Connect();

        Grant(IndexSpace.Rtp, 100, Source);
        Grant(IndexSpace.Rtcp, 50);

        Assert.Equal(100, _pair.Granted(IndexSpace.Rtp, Source));
        Assert.Equal(50, _pair.Granted(IndexSpace.Rtcp));
    }

    [Fact]
    public void Apply_ThereAreKeysNow_WhatWaitedMayBeUsed()
    {
        Grant(IndexSpace.Rtp, 100, Source);
        Grant(IndexSpace.Rtp, 200, new Ssrc(8));
        Grant(IndexSpace.Rtcp, 50);
        _pair.Connect();
        Assert.Null(_pair.Granted(IndexSpace.Rtp, Source));

        _kept.Apply(_pair.Transport);

        Assert.Equal(100, _pair.Granted(IndexSpace.Rtp, Source));
        Assert.Equal(200, _pair.Granted(IndexSpace.Rtp, new Ssrc(8)));
        Assert.Equal(50, _pair.Granted(IndexSpace.Rtcp));
    }

    [Fact]
    public void Apply_ThereAreNoKeysYet_GoesOnWaiting()
    {
        Grant(IndexSpace.Rtp, 100, Source);
        _kept.Apply(_pair.Transport);
        _pair.Connect();

        _kept.Apply(_pair.Transport);

        Assert.Equal(100, _pair.Granted(IndexSpace.Rtp, Source));
    }

    /// <summary>Of each stream one waits: however often it is granted, no more is kept.</summary>
    [Fact]
    public void Grant_AgainWhileItWaits_TheLastOneCounts()
    {
        Grant(IndexSpace.Rtp, 300, Source);
        Grant(IndexSpace.Rtp, 100, Source);
        _pair.Connect();

        _kept.Apply(_pair.Transport);

        Assert.Equal(100, _pair.Granted(IndexSpace.Rtp, Source));
    }

    [Fact]
    public void Apply_Again_ChangesNothing()
    {
        Grant(IndexSpace.Rtp, 100, Source);
        _pair.Connect();
        _kept.Apply(_pair.Transport);
        Grant(IndexSpace.Rtp, 200, Source);

        _kept.Apply(_pair.Transport);

        Assert.Equal(200, _pair.Granted(IndexSpace.Rtp, Source));
    }

    private void Grant(IndexSpace space, long last, Ssrc ssrc = default) =>
        _kept.Grant(_pair.Transport, new(new(space, ssrc, last), AskAfter: last / 2));
}
