using Edge.Hosting.Lifetime;

namespace Edge.Hosting.Tests.Lifetime;

/// <summary>What stands still has no pulse.</summary>
public sealed class PulseTests
{
    [Fact]
    public void OfCount_CountStandsStill_FalseUntilItMoves()
    {
        var count = 0L;
        var look = Pulse.OfCount(() => count);
        Assert.True(look());
        Assert.False(look());
        count++;
        Assert.True(look());
        Assert.False(look());
    }

    /// <summary>Where every thread of the pool hangs, what it was given does not run.</summary>
    [Fact]
    public async Task OfThreadPool_EveryThreadHangs_FalseUntilTheyGoOn()
    {
        using var release = new ManualResetEventSlim();
        var look = Pulse.OfThreadPool();
        var hanging = new List<Task>();
        try
        {
            // The pool adds threads for a while: more than it can have within this test.
            for (var each = 0; each < 512; each++)
            {
                hanging.Add(Task.Run(release.Wait));
            }

            Assert.True(look());
            Assert.False(look());
        }
        finally
        {
            release.Set();
            await Task.WhenAll(hanging);
        }

        Assert.True(SpinWait.SpinUntil(look, TimeSpan.FromSeconds(30)));
    }
}
