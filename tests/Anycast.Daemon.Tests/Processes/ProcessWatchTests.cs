using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using Anycast.Daemon.Processes;
using Edge.Native.Sockets;

namespace Anycast.Daemon.Tests.Processes;

/// <summary>The kernel tells of the end of processes; nothing here asks them.</summary>
public sealed class ProcessWatchTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly BlockingCollection<ProcessEnd> _ends = [];
    private readonly ProcessWatch _watch;
    private readonly List<Process> _children = [];

    public ProcessWatchTests() => _watch = ProcessWatch.TryStart(_ends.Add)!;

    public void Dispose()
    {
        _watch.Dispose();
        _ends.Dispose();
        foreach (var child in _children)
        {
            child.Kill();
            child.Dispose();
        }
    }

    [Fact]
    public void TryAdd_ProcessIsKilled_ItsEndIsTold()
    {
        var child = Start();
        Assert.True(Add(child.Id));
        child.Kill();
        Assert.Equal(new ProcessEnd(child.Id, Left: 0), Next());
        Assert.Equal(0, _watch.Count);
    }

    [Fact]
    public void TryAdd_TwoProcesses_EachEndSaysHowManyAreLeft()
    {
        var first = Start();
        var second = Start();
        Add(first.Id);
        Add(second.Id);
        second.Kill();
        Assert.Equal(new ProcessEnd(second.Id, Left: 1), Next());
        first.Kill();
        Assert.Equal(new ProcessEnd(first.Id, Left: 0), Next());
    }

    /// <summary>It has made its link anew: it is one process all the same, and dies once.</summary>
    [Fact]
    public void TryAdd_SameProcessAgain_IsWatchedOnce()
    {
        var child = Start();
        Add(child.Id);
        Assert.True(Add(child.Id));
        Assert.Equal(1, _watch.Count);
        child.Kill();
        Assert.Equal(new ProcessEnd(child.Id, Left: 0), Next());
    }

    [Fact]
    public void TryAdd_MoreThanAreWatched_IsRefused()
    {
        for (var count = 0; count < PidFd.WaitedMax; count++)
        {
            Assert.True(Add(Start().Id));
        }

        Assert.False(Add(Start().Id));
        Assert.Equal(PidFd.WaitedMax, _watch.Count);
    }

    private bool Add(int number)
    {
        Assert.Equal(SystemError.None, PidFd.TryOpen(number, out var process));
        return _watch.TryAdd(
            new WatchedProcess(
                process!,
                new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified),
                new HeldSockets()
            )
        );
    }

    private Process Start()
    {
        var child = Process.Start("sleep", "600");
        _children.Add(child);
        return child;
    }

    private ProcessEnd Next()
    {
        Assert.True(_ends.TryTake(out var end, Patience), "No end was told.");
        return end;
    }
}
