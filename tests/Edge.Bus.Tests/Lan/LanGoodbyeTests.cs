using Edge.Bus.Lan;
using Edge.Bus.Lan.Records;
using Edge.Bus.Tests.Contract;
using Xunit;

namespace Edge.Bus.Tests.Lan;

/// <summary>How the two sides of a connection say that they live, and that they end it.</summary>
public sealed class LanGoodbyeTests : IAsyncLifetime
{
    private const string BusName = "n1";

    private readonly LanBus _bus = LanBuses.Start(
        LanBuses.Options(BusName) with
        {
            HeartbeatInterval = TimeSpan.FromMilliseconds(10),
            SignInterval = TimeSpan.FromMilliseconds(10),
        }
    );

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _bus.DisposeAsync();

    /// <summary>Nothing else is due for ten seconds.</summary>
    [Fact]
    public async Task Peer_CountsOnSigns_GetsThem()
    {
        await using var bus = LanBuses.Start(
            LanBuses.Options(BusName) with
            {
                HeartbeatInterval = TimeSpan.FromSeconds(10),
                SignInterval = TimeSpan.FromMilliseconds(10),
            }
        );
        using var peer = RawPeer.Join(bus, BusName, party: RawPeer.Signing);
        peer.Subscribe();

        for (var count = 0; count < 3; count++)
        {
            peer.ReadSign();
        }

        await LanBuses.UntilJoinedAsync(bus);
    }

    /// <summary>A version before: heartbeats, and nothing more.</summary>
    [Fact]
    public void Peer_SaysNothingOfSigns_GetsNone()
    {
        using var peer = RawPeer.Join(_bus, BusName);
        peer.Subscribe();

        for (var count = 0; count < 10; count++)
        {
            peer.ReadFrame(FrameKind.Ping);
        }

        Assert.Equal(0, peer.Signs);
    }

    [Fact]
    public async Task Bus_Disposed_SaysThatItLeaves()
    {
        using var peer = RawPeer.Join(_bus, BusName);
        peer.Subscribe();
        await LanBuses.UntilJoinedAsync(_bus);

        var ending = _bus.DisposeAsync();

        Assert.Equal([0], peer.ReadFrame(FrameKind.Goodbye));
        peer.EndSending();
        await ending;
    }

    [Fact]
    public async Task Bus_PeerNoPeerAnyMore_SaysThatItLivesOn()
    {
        using var peer = RawPeer.Join(_bus, BusName);
        peer.Subscribe();
        await LanBuses.UntilJoinedAsync(_bus);

        _bus.SetPeers([]);

        Assert.Equal([1], peer.ReadFrame(FrameKind.Goodbye));
        peer.ReadToEnd();
    }

    /// <summary>It is longer than all that waits may take, and is behind a message that the peer does not read.</summary>
    [Fact]
    public async Task Bus_DisposedWhileThePeerDoesNotRead_EndsWithoutAWord()
    {
        await using var bus = LanBuses.Start(
            LanBuses.Options(BusName) with
            {
                FinishWithin = TimeSpan.FromMilliseconds(50),
            }
        );
        using var peer = RawPeer.Join(bus, BusName, receiveBytes: 8192);
        peer.Subscribe("a");
        await LanBuses.UntilJoinedAsync(bus);
        Assert.True(await Wait.ForAsync(() => !bus.TryPublish("a", new byte[1 << 20])));

        await bus.DisposeAsync();

        peer.ReadToEnd();
    }

    [Theory]
    [InlineData(new byte[] { 0 }, LanEnd.Left)]
    [InlineData(new byte[] { 1 }, LanEnd.Parted)]
    [InlineData(new byte[] { 200 }, LanEnd.Parted)]
    [InlineData(null, LanEnd.Closed)]
    [InlineData(new byte[] { }, LanEnd.Garbled)]
    [InlineData(new byte[] { 0, 0 }, LanEnd.Garbled)]
    public async Task Peer_Ends_IsTakenAtItsWord(byte[]? goodbye, LanEnd end)
    {
        using var peer = RawPeer.Join(_bus, BusName);
        peer.Subscribe();
        await LanBuses.UntilJoinedAsync(_bus);

        if (goodbye is not null)
        {
            peer.SendFrame(FrameKind.Goodbye, goodbye);
        }

        peer.EndSending();

        await LanBuses.UntilEndAsync(_bus, end);
    }

    [Fact]
    public async Task TwoBuses_OneDisposed_LeftForTheOther()
    {
        var options = LanBuses.Options("n2");
        var second = LanBuses.Start(options);
        _bus.SetPeers([LanBuses.PeerOf("n2", second)]);
        second.SetPeers([LanBuses.PeerOf(BusName, _bus)]);
        await LanBuses.UntilJoinedAsync(_bus, second);
        using var watch = _bus.WatchPeers(peer => Volatile.Write(ref _lastEnd, (int)peer.LastEnd));

        await second.DisposeAsync();

        Assert.True(await Wait.ForAsync(() => Volatile.Read(ref _lastEnd) == (int)LanEnd.Left));
    }

    private int _lastEnd;
}
