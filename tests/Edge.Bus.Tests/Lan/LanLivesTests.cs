using System.Diagnostics;
using Edge.Bus.Lan;
using Edge.Bus.Lan.Records;
using Edge.Bus.Tests.Contract;
using Edge.Processes;
using Xunit;

namespace Edge.Bus.Tests.Lan;

/// <summary>Who of the peers lives, on sockets. Exact times: <see cref="PeerPulseTests"/>.</summary>
public sealed class LanLivesTests : IAsyncLifetime
{
    private const string BusName = "n1";

    private readonly List<LanPeerChange> _changes = [];
    private readonly LanBus _bus = LanBuses.Start(
        LanBuses.Options(BusName) with
        {
            HeartbeatInterval = TimeSpan.FromMilliseconds(10),
        }
    );

    public Task InitializeAsync()
    {
        _bus.WatchLives(_ => throw new InvalidOperationException("test"));
        _bus.WatchLives(Note);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await _bus.DisposeAsync();

    /// <summary>It is stopped: it neither reads nor says anything, and its system keeps its connection.</summary>
    [Fact]
    public async Task Peer_Stopped_SuspectedAndHeardAgain()
    {
        await using var bus = LanBuses.Start(LanBuses.Options(BusName));
        bus.WatchLives(Note);
        using var peer = RawPeer.Join(bus, BusName, party: RawPeer.Signing);
        peer.Subscribe();
        await LanBuses.UntilJoinedAsync(bus);

        await UntilAsync(LanPeerState.Connected, LanPeerCause.Heard);
        await UntilAsync(LanPeerState.Suspected, LanPeerCause.Silent);
        var status = bus.Peers[0];
        Assert.True(status.IsConnected, "The connection lives on.");
        Assert.Equal((LanPeerState.Suspected, 7), (status.State, status.Life));
        Assert.True(
            Stopwatch.GetElapsedTime(status.HeardAt) >= TimeSpan.FromMilliseconds(200),
            "It was silent as long."
        );

        peer.SendFrames([]);

        await UntilAsync(LanPeerState.Connected, LanPeerCause.Heard);
        Assert.True(bus.Suspicions.Silent > 0);
    }

    /// <summary>Its version has promised nothing: many times the time is over in which another would be suspected.</summary>
    [Fact]
    public async Task Peer_OfAnOlderVersionAndSilent_NotSuspected()
    {
        await using var bus = LanBuses.Start(
            LanBuses.Options(BusName) with
            {
                HeartbeatInterval = TimeSpan.FromMilliseconds(10),
                SuspectAfter = TimeSpan.FromMilliseconds(50),
            }
        );
        using var peer = RawPeer.Join(bus, BusName);
        peer.Subscribe();
        await LanBuses.UntilJoinedAsync(bus);

        for (var count = 0; count < 50; count++)
        {
            peer.ReadFrame(FrameKind.Ping);
        }

        Assert.Equal(LanPeerState.Connected, bus.Peers[0].State);
        Assert.Equal(default, bus.Suspicions);
    }

    /// <summary>A handler on the reading thread does not come back, and what the peer has said is not read: that is this process's
    /// own fault.</summary>
    [Fact]
    public async Task Peer_SpeaksAndIsNotRead_NotSuspected()
    {
        using var isHandled = new ManualResetEventSlim();
        using var mayGoOn = new ManualResetEventSlim();
        await using var bus = LanBuses.Start(
            LanBuses.Options(BusName) with
            {
                SuspectAfter = TimeSpan.FromMilliseconds(50),
            }
        );
        using var slow = bus.SubscribeDirect(
            "a",
            _ =>
            {
                isHandled.Set();
                mayGoOn.Wait();
            }
        );
        using var peer = RawPeer.Join(bus, BusName, party: RawPeer.Signing);
        peer.Subscribe();
        peer.SendMessage("a", "1");
        Assert.True(isHandled.Wait(Patience.Longest));
        peer.SendFrames([]);
        var before = bus.Suspicions.Silent;

        await Task.Delay(TimeSpan.FromMilliseconds(300));
        var after = bus.Suspicions.Silent;
        mayGoOn.Set();

        Assert.Equal(before, after);
        Assert.True(await Wait.ForAsync(() => bus.Suspicions.Silent > before));
    }

    /// <summary>As the system of a process that is killed does.</summary>
    [Fact]
    public async Task Peer_ItsSystemCloses_SuspectedAndGone()
    {
        await using var bus = LanBuses.Start(
            LanBuses.Options(BusName) with
            {
                // As long as the suspicion lasts, and longer than this machine is ever late.
                SilenceMax = TimeSpan.FromSeconds(5),
            }
        );
        bus.WatchLives(Note);
        using (var peer = RawPeer.Join(bus, BusName))
        {
            peer.Subscribe();
            await LanBuses.UntilJoinedAsync(bus);
        }

        await UntilAsync(LanPeerState.Connected, LanPeerCause.Heard);
        await UntilAsync(LanPeerState.Suspected, LanPeerCause.Closed);
        await UntilAsync(LanPeerState.Gone, LanPeerCause.Closed);
        Assert.Equal(new LanSuspicions(Silent: 0, Closed: 1), bus.Suspicions);
    }

    [Fact]
    public async Task Peer_SaysGoodbye_GoneAndNeverSuspected()
    {
        using var peer = RawPeer.Join(_bus, BusName);
        peer.Subscribe();
        await LanBuses.UntilJoinedAsync(_bus);

        peer.SendFrame(FrameKind.Goodbye, [0]);
        peer.EndSending();

        await UntilAsync(LanPeerState.Connected, LanPeerCause.Heard);
        await UntilAsync(LanPeerState.Gone, LanPeerCause.Left);
        Assert.Equal(default, _bus.Suspicions);
    }

    [Fact]
    public async Task Peer_RemovedFromTheList_Gone()
    {
        using var peer = RawPeer.Join(_bus, BusName);
        peer.Subscribe();
        await LanBuses.UntilJoinedAsync(_bus);

        _bus.SetPeers([]);

        await UntilAsync(LanPeerState.Connected, LanPeerCause.Heard);
        await UntilAsync(LanPeerState.Gone, LanPeerCause.Removed);
        peer.ReadToEnd();
        Assert.Empty(_bus.Peers);
        Assert.Equal(default, _bus.Suspicions);
    }

    /// <summary>Two real ones say their lives, and live ones are heard, whatever they have to say.</summary>
    [Fact]
    public async Task Peer_LeavesAndStartsAnew_Restarted()
    {
        var lives = new List<long>();
        for (var round = 0; round < 2; round++)
        {
            await using var second = LanBuses.Start(LanBuses.Options("n2"));
            LanBuses.Join(_bus, second);
            await LanBuses.UntilJoinedAsync(_bus, second);
            await UntilAsync(
                LanPeerState.Connected,
                round == 0 ? LanPeerCause.Heard : LanPeerCause.Restarted
            );
            lives.Add(_bus.Peers[0].Life);
            await second.DisposeAsync();
            await UntilAsync(LanPeerState.Gone, LanPeerCause.Left);
        }

        Assert.DoesNotContain(0, lives);
        Assert.NotEqual(lives[0], lives[1]);
    }

    /// <summary>The new process was quicker than the end of the old one.</summary>
    [Fact]
    public async Task Peer_AnotherLifeReplacesTheConnection_Restarted()
    {
        using var first = RawPeer.Join(_bus, BusName, party: RawPeer.Signing);
        first.Subscribe();
        await UntilAsync(LanPeerState.Connected, LanPeerCause.Heard);

        using var second = RawPeer.Open(_bus, party: RawPeer.Signing with { Life = 8 });
        second.Shake(BusName);

        await UntilAsync(LanPeerState.Connected, LanPeerCause.Restarted);
        Assert.Equal(8, _bus.Peers[0].Life);
    }

    [Fact]
    public async Task WatchLives_DisposedOrTheBusIs_ToldNothing()
    {
        var count = 0;
        _bus.WatchLives(_ => Interlocked.Increment(ref count)).Dispose();
        using var peer = RawPeer.Join(_bus, BusName);
        await UntilAsync(LanPeerState.Connected, LanPeerCause.Heard);
        peer.EndSending();

        await _bus.DisposeAsync();

        Assert.Equal(0, count);
        Assert.Throws<ObjectDisposedException>(() => _bus.WatchLives(_ => { }));
    }

    /// <summary>Waits for a change, and forgets it and those before.</summary>
    private async Task UntilAsync(LanPeerState state, LanPeerCause cause) =>
        Assert.True(
            await Wait.ForAsync(() => TryTake(state, cause)),
            $"{state} because {cause}; there were {string.Join(", ", _changes)}."
        );

    private bool TryTake(LanPeerState state, LanPeerCause cause)
    {
        lock (_changes)
        {
            var index = _changes.FindIndex(change =>
                change.State == state && change.Cause == cause
            );
            _changes.RemoveRange(0, index + 1);
            return index >= 0;
        }
    }

    private void Note(LanPeerChange change)
    {
        lock (_changes)
        {
            _changes.Add(change);
        }
    }
}
