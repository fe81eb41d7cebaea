using Edge.Testing;
using Xunit;

namespace Edge.Primitives.Tests;

/// <summary>The least of the last one to two windows.</summary>
public sealed class WindowedLeastTests
{
    private WindowedLeast _least = new(TimeSpan.FromSeconds(10));

    [Fact]
    public void Note_WithinAWindow_IsTheLeast()
    {
        Assert.Equal(80, Note(atSeconds: 1, milliseconds: 80));
        Assert.Equal(50, Note(atSeconds: 2, milliseconds: 50));
        Assert.Equal(50, Note(atSeconds: 3, milliseconds: 90));
    }

    /// <summary>One that came at the end of a window counts through the next, and not longer.</summary>
    [Fact]
    public void Note_TwoWindowsLater_IsForgotten()
    {
        Note(atSeconds: 1, milliseconds: 500);
        Note(atSeconds: 10, milliseconds: 50);
        Assert.Equal(50, Note(atSeconds: 12, milliseconds: 90));
        Assert.Equal(50, Note(atSeconds: 20, milliseconds: 90));
        Assert.Equal(90, Note(atSeconds: 23, milliseconds: 95));
    }

    [Fact]
    public void Restart_ForgetsWhatWasNoted()
    {
        Note(atSeconds: 1, milliseconds: 50);
        _least.Restart(TimeSpan.FromMilliseconds(90));
        Assert.Equal(90, Note(atSeconds: 2, milliseconds: 95));
    }

    [Fact]
    public void Note_AllocatesNothing()
    {
        var now = Instant.Zero;
        AllocationAssert.None(() =>
        {
            now += TimeSpan.FromSeconds(1);
            _least.Note(TimeSpan.FromMilliseconds(80), now);
        });
    }

    private double Note(double atSeconds, double milliseconds) =>
        _least
            .Note(
                TimeSpan.FromMilliseconds(milliseconds),
                Instant.Zero + TimeSpan.FromSeconds(atSeconds)
            )
            .TotalMilliseconds;
}
