using Edge.Hosting.Lifetime;
using Edge.Hosting.Tests.Support;

namespace Edge.Hosting.Tests.Lifetime;

/// <summary>The deadline of a drain comes earlier at most.</summary>
public sealed class DrainStateTests
{
    private readonly SetTime _time = new();
    private readonly DrainState _state;

    public DrainStateTests() => _state = new DrainState(TimeSpan.FromSeconds(30), _time);

    [Fact]
    public void Left_BeforeADrain_WhatItWouldHave()
    {
        _time.Advance(5);
        Assert.Equal((false, 30), (_state.IsDraining, _state.Left.TotalSeconds));
    }

    [Fact]
    public void Begin_AsTheProcessWasTold()
    {
        _time.Advance(5);
        _state.Begin();
        Assert.True(_state.Began.IsCompleted);
        Assert.Equal((true, 30), (_state.IsDraining, _state.Left.TotalSeconds));
        _time.Advance(12);
        Assert.Equal(18, _state.Left.TotalSeconds);
        _time.Advance(100);
        Assert.Equal(0, _state.Left.TotalSeconds);
    }

    [Fact]
    public void Begin_WithADeadline_ThatMayBeLonger()
    {
        _state.Begin(TimeSpan.FromSeconds(600));
        Assert.Equal(600, _state.Left.TotalSeconds);
    }

    [Fact]
    public void Begin_Again_EarlierOrAsItWas()
    {
        _state.Begin(TimeSpan.FromSeconds(20));
        _time.Advance(5);
        _state.Begin(TimeSpan.FromSeconds(3600));
        Assert.Equal(15, _state.Left.TotalSeconds);
        _state.Begin();
        Assert.Equal(15, _state.Left.TotalSeconds);
        _state.Begin(TimeSpan.FromSeconds(4));
        Assert.Equal(4, _state.Left.TotalSeconds);
        _time.Advance(1);
        _state.Begin(TimeSpan.FromSeconds(4));
        Assert.Equal(3, _state.Left.TotalSeconds);
        _state.Begin(TimeSpan.Zero);
        Assert.Equal(0, _state.Left.TotalSeconds);
    }
}
