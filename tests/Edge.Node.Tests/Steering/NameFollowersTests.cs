using Edge.Mesh;
using Edge.Node.Steering;
using Xunit;

namespace Edge.Node.Tests.Steering;

/// <summary>The small parts of answering under others' names.</summary>
public sealed class NameFollowersTests
{
    private static readonly NodeAddress One = new(1, 1);
    private static readonly NodeAddress Two = new(1, 2);

    private readonly List<NodeAddress> _open = [];

    [Fact]
    public void Set_NamesComeAndGo_EachIsFollowedWhileItIsThere()
    {
        var followers = new NameFollowers();
        followers.Set([One]);
        var following = followers.Add(Begin);
        Assert.Equal([One], _open);

        followers.Set([One, Two]);
        followers.Set([Two, One]);
        Assert.Equal([One, Two], _open);
        followers.Set([Two]);
        Assert.Equal([Two], _open);
        following.Dispose();
        Assert.Empty(_open);

        followers.Set([One]);
        Assert.Empty(_open);
    }

    [Fact]
    public async Task Moving_BeginAndEnd_HoldWhatAsksMeanwhile()
    {
        var moving = new MovingSessions();
        moving.End("nobody's");
        Assert.True(moving.WaitAsync("a", CancellationToken.None).IsCompleted);
        moving.Begin("a");
        moving.Begin("a");
        var first = moving.WaitAsync("a", CancellationToken.None);
        using var enough = new CancellationTokenSource();
        var second = moving.WaitAsync("a", enough.Token);
        Assert.True(moving.WaitAsync("b", CancellationToken.None).IsCompleted);
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.False(first.IsCompleted);

        moving.End("a");

        await first;
        Assert.True(moving.WaitAsync("a", CancellationToken.None).IsCompleted);
    }

    [Fact]
    public void Recent_MoreThanItKeeps_TheOldestIsForgotten()
    {
        var recent = new RecentRequests();
        for (var count = 0; count <= RecentRequests.CountMax; count++)
        {
            Assert.True(recent.TryAdd($"{count}"));
            Assert.False(recent.TryAdd($"{count}"));
        }

        Assert.False(recent.TryAdd("1"));
        Assert.True(recent.TryAdd("0"));
    }

    private Ending Begin(NodeAddress name)
    {
        _open.Add(name);
        return new Ending(() => _open.Remove(name));
    }

    private sealed class Ending(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
