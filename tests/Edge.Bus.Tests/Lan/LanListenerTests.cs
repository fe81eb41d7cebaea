using System.Net;
using System.Net.Sockets;
using Edge.Bus.Lan;
using Edge.Bus.Lan.Handshakes;
using Edge.Bus.Tests.Contract;
using Edge.Testing;
using Xunit;

namespace Edge.Bus.Tests.Lan;

/// <summary>Strangers at a bus's door: they learn nothing, cost little, and nobody waits for them.</summary>
public sealed class LanListenerTests : IAsyncLifetime
{
    private const string BusName = "n1";

    private readonly LanBus _bus = LanBuses.Start(LanBuses.Options(BusName));

    public Task InitializeAsync()
    {
        _bus.SetPeers([new LanPeer(RawPeer.Name, new(IPAddress.Loopback, port: 1))]);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await _bus.DisposeAsync();

    [Fact]
    public async Task Hello_UnderAnotherKey_ClosedWithoutAWord()
    {
        using var stranger = RawPeer.Open(_bus);
        stranger.SendBytes(RawPeer.Hello(BusName, LanBuses.KeyOf(9)).Hello);

        Assert.Equal(0, stranger.ReadToEnd());
        await UntilRefusedAsync(1);
        Assert.False(_bus.Peers[0].IsConnected);
    }

    [Fact]
    public async Task Hello_OfAProcessThatIsNoPeer_ClosedWithoutAWord()
    {
        using var stranger = RawPeer.Open(_bus);
        stranger.SendBytes(RawPeer.Hello(BusName, party: HandshakeParty.Of("b")).Hello);

        Assert.Equal(0, stranger.ReadToEnd());
        await UntilRefusedAsync(1);
    }

    [Fact]
    public void Hello_OfNewerVersionsOnly_AnsweredWithOursThenClosed()
    {
        using var newer = RawPeer.Open(_bus);
        var hello = RawPeer.Hello(BusName, party: new(RawPeer.Name, 2, 3));
        newer.SendBytes(hello.Hello);

        Assert.Equal(
            HandshakeError.VersionMismatch,
            hello.HandleAnswer(newer.ReadBytes(Envelope.Bytes), out _)
        );
        Assert.Equal(0, newer.ReadToEnd());
    }

    /// <summary>Somebody recorded a hello and says it again: he gets an answer that he cannot use, and no more.</summary>
    [Fact]
    public async Task Hello_Replayed_NoPeer()
    {
        var recorded = RawPeer.Hello(BusName).Hello.ToArray();
        for (var round = 0; round < 3; round++)
        {
            using var replay = RawPeer.Open(_bus);
            replay.SendBytes(recorded);
            replay.ReadBytes(Envelope.Bytes);
            replay.SendBytes(new byte[20]);

            Assert.Equal(0, replay.ReadToEnd());
        }

        await UntilRefusedAsync(3);
        Assert.False(_bus.Peers[0].IsConnected);
        // Nothing has begun that could have ended, but a knock in vain.
        Assert.True(_bus.Peers[0].LastEnd is LanEnd.None or LanEnd.Unreachable);
    }

    /// <summary>A whole connection recorded and said again, records and all.</summary>
    [Fact]
    public async Task Connection_Replayed_RefusedAtItsFirstRecord()
    {
        var dialler = RawPeer.Hello(BusName);
        using var first = RawPeer.Open(_bus);
        first.SendBytes(dialler.Hello);
        dialler.HandleAnswer(first.ReadBytes(Envelope.Bytes), out var secrets);
        using var sealer = new Bus.Lan.Records.RecordSealer(new(secrets!.Sending));
        var confirm = new byte[20];
        sealer.TrySeal(confirm);
        first.SendBytes(confirm);
        first.Dispose();

        using var replay = RawPeer.Open(_bus);
        replay.SendBytes([.. dialler.Hello, .. confirm]);

        Assert.Equal(Envelope.Bytes, replay.ReadToEnd());
        await UntilRefusedAsync(1);
    }

    [Fact]
    public async Task AnyBytes_InsteadOfAHello_ClosedWithoutAWord()
    {
        const int Rounds = 100;
        var random = Seeds.Random();
        var hello = RawPeer.Hello(BusName).Hello.ToArray();
        for (var round = 0; round < Rounds; round++)
        {
            var bytes = hello.ToArray();
            for (var changes = 1 + random.NextInt32(4); changes > 0; changes--)
            {
                bytes[random.NextInt32(bytes.Length)] ^= (byte)(1 + random.NextInt32(255));
            }

            // What is too short has to be ended, or it would be waited for.
            using var stranger = RawPeer.Open(_bus);
            stranger.SendBytes(bytes.AsSpan(0, 1 + random.NextInt32(bytes.Length)));
            stranger.EndSending();

            Assert.Equal(0, stranger.ReadToEnd());
        }

        await UntilRefusedAsync(Rounds);
        using var peer = RawPeer.Join(_bus, BusName);
        peer.Subscribe();
        await LanBuses.UntilJoinedAsync(_bus);
    }

    [Fact]
    public void Nothing_ForTooLong_Closed()
    {
        using var silent = RawPeer.Open(_bus);
        using var slow = RawPeer.Open(_bus);
        slow.SendBytes(RawPeer.Hello(BusName).Hello[..100]);

        Assert.Equal(0, silent.ReadToEnd());
        Assert.Equal(0, slow.ReadToEnd());
    }

    /// <summary>The oldest go: so many strangers do not keep a peer out.</summary>
    [Fact]
    public async Task Strangers_TooMany_OldestGoAndAPeerComesThrough()
    {
        const int Count = 200;
        var strangers = Enumerable.Range(0, Count).Select(_ => RawPeer.Open(_bus)).ToArray();
        using var peer = RawPeer.Join(_bus, BusName);
        peer.Subscribe();

        await LanBuses.UntilJoinedAsync(_bus);
        Assert.True(await Wait.ForAsync(() => _bus.Handshakes.Evicted > 0));
        foreach (var stranger in strangers)
        {
            Assert.Equal(0, stranger.ReadToEnd());
            stranger.Dispose();
        }

        Assert.True(_bus.Peers[0].IsConnected);
    }

    /// <summary>A program on the peer's port that only sends back what it gets.</summary>
    [Fact]
    public async Task Dial_Reflected_NotAuthentic()
    {
        using var mirror = new TcpListener(IPAddress.Loopback, port: 0);
        mirror.Start();
        var mirroring = Task.Run(async () =>
        {
            using var socket = await mirror.AcceptSocketAsync();
            var buffer = new byte[4096];
            while (socket.Receive(buffer, SocketFlags.None, out _) is var length and > 0)
            {
                socket.Send(buffer.AsSpan(0, length), SocketFlags.None, out _);
            }
        });

        _bus.SetPeers([new LanPeer("n2", (IPEndPoint)mirror.LocalEndpoint)]);

        await LanBuses.UntilEndAsync(_bus, LanEnd.NotAuthentic);
        mirror.Stop();
        await mirroring;
    }

    /// <summary>The peer's address leads back to this very process.</summary>
    [Fact]
    public async Task Dial_OwnAddress_Refused()
    {
        _bus.SetPeers([new LanPeer("n2", _bus.Address)]);

        await LanBuses.UntilEndAsync(_bus, LanEnd.Refused);
    }

    [Fact]
    public async Task Dial_NobodyThere_Unreachable()
    {
        _bus.SetPeers([new LanPeer("n2", new(IPAddress.Loopback, Processes.FreePorts.Tcp()))]);

        await LanBuses.UntilEndAsync(_bus, LanEnd.Unreachable);
    }

    [Fact]
    public async Task Dial_NobodyAnswers_TimedOut()
    {
        using var silent = new TcpListener(IPAddress.Loopback, port: 0);
        silent.Start();
        _bus.SetPeers([new LanPeer("n2", (IPEndPoint)silent.LocalEndpoint)]);

        await LanBuses.UntilEndAsync(_bus, LanEnd.HandshakeTimedOut);
    }

    /// <summary>A machine that is off: nothing comes back. The listener's queue is full, so the kernel drops what comes.</summary>
    [Fact]
    public async Task Dial_NothingComesBack_UnreachableSoonAndEndedSoon()
    {
        using var full = new TcpListener(IPAddress.Loopback, port: 0);
        full.Start(backlog: 0);
        var address = (IPEndPoint)full.LocalEndpoint;
        var waiting = new List<Socket>();
        for (var count = 0; count < 4; count++)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
            waiting.Add(socket);
            Assert.Throws<SocketException>(() => socket.Connect(address));
        }

        _bus.SetPeers([new LanPeer("n2", address)]);

        await LanBuses.UntilEndAsync(_bus, LanEnd.Unreachable);
        waiting.ForEach(socket => socket.Dispose());
    }

    private async Task UntilRefusedAsync(int count)
    {
        Assert.True(
            await Wait.ForAsync(() => _bus.Handshakes.Refused >= count),
            $"{count} are refused."
        );
        Assert.Equal(count, _bus.Handshakes.Refused);
    }
}
