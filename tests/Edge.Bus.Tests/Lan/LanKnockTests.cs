using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Edge.Bus.Lan;
using Edge.Bus.Lan.Handshakes;
using Edge.Bus.Tests.Contract;
using Edge.Processes;
using Xunit;

namespace Edge.Bus.Tests.Lan;

/// <summary>A process that starts says so to those whose part it is to connect.</summary>
public sealed class LanKnockTests : IDisposable
{
    private const string BusName = "n1";

    /// <summary>The shortest wait of a bus that has tried in vain for long.</summary>
    private static readonly TimeSpan WaitMin = TimeSpan.FromMilliseconds(200);

    private readonly TcpListener _peer = new(IPAddress.Loopback, port: 0);

    public LanKnockTests() => _peer.Start();

    private IPEndPoint PeerAddress => (IPEndPoint)_peer.LocalEndpoint;

    public void Dispose() => _peer.Dispose();

    /// <summary>Who is knocked at would have waited: fifteen tries take less than fifteen waits.</summary>
    [Fact]
    public async Task Knock_WhileThePeerIsTriedInVain_IsTriedAtOnce()
    {
        const int Knocks = 15;
        await using var bus = LanBuses.Start(LanBuses.Options(BusName));
        bus.SetPeers([new LanPeer("n2", PeerAddress)]);
        for (var tries = 0; tries < 6; tries++)
        {
            await RefuseAsync();
        }

        var began = Stopwatch.GetTimestamp();
        for (var knock = 0; knock < Knocks; knock++)
        {
            KnockAt(bus, "n2");
            await RefuseAsync();
        }

        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.Zero, Knocks * WaitMin);
        Assert.Equal(0, bus.Handshakes.Refused);
    }

    [Fact]
    public async Task Knock_OfAProcessThatIsNoPeer_Refused()
    {
        await using var bus = LanBuses.Start(LanBuses.Options(BusName));
        bus.SetPeers([new LanPeer("n2", PeerAddress)]);
        KnockAt(bus, "n3");
        Assert.True(await Wait.ForAsync(() => bus.Handshakes.Refused == 1));
    }

    [Fact]
    public async Task SetPeers_OneThatConnects_IsKnockedAt()
    {
        await using var bus = LanBuses.Start(LanBuses.Options(BusName));
        bus.SetPeers([new LanPeer(RawPeer.Name, PeerAddress)]);
        using var knocking = await _peer.AcceptSocketAsync();
        var hello = new byte[Envelope.Bytes];
        Assert.Equal(hello.Length, await knocking.ReceiveAsync(hello));

        var door = new AcceptorHandshake(HandshakeParty.Of(RawPeer.Name), [LanBuses.Key]);
        Assert.Equal(
            HandshakeError.Knock,
            door.HandleHello(hello, new byte[Envelope.NonceBytes], out var who, out var secrets)
        );
        Assert.Equal(BusName, who);
        Assert.Null(secrets);
    }

    [Fact]
    public async Task SetPeers_OneThatConnectsAndIsNotThere_SaysSo()
    {
        var address = PeerAddress;
        _peer.Stop();
        await using var bus = LanBuses.Start(LanBuses.Options(BusName));
        bus.SetPeers([new LanPeer(RawPeer.Name, address)]);
        Assert.True(await Wait.ForAsync(() => bus.Peers[0].LastEnd == LanEnd.Unreachable));
    }

    private static void KnockAt(LanBus bus, string name)
    {
        using var door = RawPeer.Open(bus);
        door.SendBytes(RawPeer.Hello(BusName, party: HandshakeParty.Of(name)).Hello);
        Assert.Equal(0, door.ReadToEnd());
    }

    private async Task RefuseAsync()
    {
        using var enough = new CancellationTokenSource(Patience.Longest);
        using var tried = await _peer.AcceptSocketAsync(enough.Token);
    }
}
