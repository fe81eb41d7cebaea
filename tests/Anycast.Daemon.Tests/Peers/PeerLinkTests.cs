using System.Net;
using System.Net.Sockets;
using Anycast.Daemon.Peers;
using Anycast.Daemon.Settings;
using Anycast.Health.Peers;
using Edge.Hosting.Settings;
using Edge.Processes;

namespace Anycast.Daemon.Tests.Peers;

/// <summary>Heartbeats over real sockets: taken from whom the settings name, who has a key of the PoP.</summary>
public sealed class PeerLinkTests
{
    private static readonly PopSecret Old = PopSecret.From([.. new byte[32]]);
    private static readonly PopSecret New = PopSecret.From([.. Enumerable.Repeat((byte)7, 32)]);

    private readonly IPEndPoint _first = new(IPAddress.Loopback, FreePorts.Udp());
    private readonly IPEndPoint _second = new(IPAddress.Loopback, FreePorts.Udp());

    [Fact]
    public async Task Send_ToAPeer_TakenOnceWithWhatItSays()
    {
        using var first = Link("n1", _first, new("n2", _second), New, Old);
        // A PoP changes its key node by node.
        using var second = Link("n2", _second, new("n1", _first), Old, New);
        second.Send(PeerReport.Announcing);
        Assert.Equal(("n2", PeerReport.Announcing), await ReceiveAsync(first));
        first.Send(PeerReport.Suspect);
        Assert.Equal(("n1", PeerReport.Suspect), await ReceiveAsync(second));
        Assert.False(second.TryReceive(out _));
    }

    [Fact]
    public async Task TryReceive_OtherKeyUnknownNameOrJunk_Refused()
    {
        using var first = Link("n1", _first, new("n2", _second), New);
        using var stranger = Link("n3", _second, new("n1", _first), New);
        using var forger = new Socket(
            AddressFamily.InterNetwork,
            SocketType.Dgram,
            ProtocolType.Udp
        );
        stranger.Send(PeerReport.Announcing);
        await forger.SendToAsync(new byte[1400], _first);
        await forger.SendToAsync(Forge(), _first);
        await Patience.UntilAsync(
            "all three are refused",
            () =>
            {
                // Sending begins a new round of looking.
                first.Send(PeerReport.Withdrawn);
                Assert.False(first.TryReceive(out _));
                return Task.FromResult(first.Refused);
            },
            isEnough: refused => refused == 3
        );
    }

    [Fact]
    public async Task SkipWaiting_HeartbeatsWait_NoneIsTaken()
    {
        using var first = Link("n1", _first, new("n2", _second), New);
        using var second = Link("n2", _second, new("n1", _first), New);
        second.Send(PeerReport.Announcing);
        await Patience.UntilAsync(
            "the heartbeat is skipped",
            () =>
            {
                first.SkipWaiting();
                return Task.FromResult(first.Skipped);
            },
            isEnough: skipped => skipped == 1
        );
        Assert.False(first.TryReceive(out _));
        second.Send(PeerReport.Withdrawn);
        Assert.Equal(("n2", PeerReport.Withdrawn), await ReceiveAsync(first));
    }

    [Fact]
    public void Create_AddressTaken_Throws()
    {
        using var first = Link("n1", _first, new("n2", _second), New);
        Assert.Throws<SocketException>(() => Link("n1", _first, new("n2", _second), New));
    }

    private static byte[] Forge()
    {
        var buffer = new byte[HeartbeatCodec.BytesMax];
        var heartbeat = new Heartbeat("n2", 1, 1, PeerReport.Announcing);
        var length = HeartbeatCodec.Write(in heartbeat, "not the key"u8, buffer);
        return buffer[..length];
    }

    private static PeerLink Link(
        string node,
        IPEndPoint listen,
        PeerAddress other,
        params PopSecret[] keys
    ) => new(new PeerSettings(listen, [other], [.. keys]), node, TimeProvider.System);

    private static async Task<(string, PeerReport)> ReceiveAsync(PeerLink link)
    {
        Heartbeat heartbeat = default;
        await Patience.UntilAsync(
            "a heartbeat comes",
            () => Task.FromResult(link.TryReceive(out heartbeat)),
            isEnough: isThere => isThere
        );
        return (heartbeat.Node, heartbeat.Report);
    }
}
