using Edge.Primitives;
using Edge.Protocol.Transport;
using Edge.Protocol.Transport.Receiving;
using Edge.Protocol.Transport.Sending;
using Edge.Testing;
using Edge.Testing.Network;
using Xunit;

namespace Edge.Protocol.Tests.Transport;

/// <summary>A packet's whole way through two peers allocates nothing.</summary>
/// <remarks>
/// Covers WritePadding (NotePaddingSent, HandleSent) and WriteRtp (TryWriteHeader, PayloadTypeOf, WriteHeader, TakeRepairSequence, Outgoing, NoteSent, ProtectRtp), WriteRepair
/// (TryWriteRepairHeader, NoteRepairSent), HandleDatagram (HandleSrtp, HandleRtp, TryFind, TryBind, TryUnwrap, TryAccept,
/// TryCaptureTime, NoteBytes, Drop, NoteDrop, MaySend, MayProtect), HandleRtcp, PollFeedback, PollRtcp and Poll
/// (ProtectRtcp).
/// </remarks>
public sealed class PeerAllocationTests
{
    private const int VideoStream = 1;

    [Fact]
    public void WriteRtp_HandleDatagram_MediaFromPeerToPeer_AllocateNothing()
    {
        using var world = Connected();
        var walk = new Walk(world);

        AllocationAssert.None(ref walk);

        Assert.True(world.Node.Peer.Receiver.Stats(VideoStream, 0).Packets > 10_000);
    }

    [Fact]
    public void WriteRepair_HandleDatagram_Retransmission_AllocateNothing()
    {
        using var world = Connected();
        var walk = new Walk(world) { IsRepair = true };

        AllocationAssert.None(ref walk);

        Assert.True(world.Node.Peer.Receiver.Stats(VideoStream, 0).Recovered > 10_000);
    }

    [Fact]
    public void WritePadding_TestsOfTheNetwork_AllocateNothing()
    {
        using var world = Connected();
        var peer = world.Client.Peer;
        var slot = new byte[PacketPool.SlotBytes];
        var now = world.Simulation.Now;
        AllocationAssert.None(() =>
        {
            peer.Sender.SetProbeCluster(1);
            if (peer.WritePadding(VideoStream, slot, now) == 0)
            {
                throw new TestingException("The padding was not written.");
            }
        });

        Assert.True(peer.Sender.Stats(VideoStream).PaddingPackets > 10_000);
    }

    [Fact]
    public void PollRtcp_HandleRtcp_PollFeedback_ReportsBothWays_AllocateNothing()
    {
        using var world = Connected();
        var exchange = new Exchange(world);

        AllocationAssert.None(ref exchange, iterations: 2_000);

        Assert.True(exchange.Packets > 1_000, $"{exchange.Packets} RTCP packets went.");
    }

    /// <summary>Every refused datagram costs as little: Drop and NoteDrop count and that is all.</summary>
    [Fact]
    public void HandleDatagram_Refused_AllocatesNothing()
    {
        using var world = Connected();
        var junk = new byte[200];
        junk[0] = 0x80;
        var peer = world.Node.Peer;
        var now = world.Simulation.Now;
        AllocationAssert.None(() =>
        {
            peer.HandleDatagram(PeerWorld.ClientAddress, junk, now, out _);
            _ = peer.Transport.MaySend(now);
        });

        Assert.True(peer.Transport.Dropped(DropReason.NotAuthentic) > 10_000);
    }

    private static PeerWorld Connected()
    {
        var world = new PeerWorld(Seeds.Next(), LinkPresets.Lan);
        world.Connect();
        world.Simulation.RunFor(TimeSpan.FromSeconds(3));
        return world;
    }

    /// <summary>One media packet, or one retransmission, from client to node.</summary>
    private struct Walk : IAllocationStep
    {
        private readonly Peer _client;
        private readonly Peer _node;
        private readonly byte[] _slot = new byte[PacketPool.SlotBytes];
        private readonly byte[] _payload = new byte[1000];
        private readonly Instant _now;
        private SequenceNumber _sequence = new(40_000);

        public Walk(PeerWorld world)
        {
            _client = world.Client.Peer;
            _node = world.Node.Peer;
            _now = world.Simulation.Now;
            _payload[0] = 0x10;
            _payload[1] = 0x01;
        }

        public bool IsRepair { get; init; }

        public void Run()
        {
            _sequence = _sequence.Next;
            var packet = new OutgoingRtp
            {
                Payload = _payload,
                SequenceNumber = _sequence,
                Timestamp = 1,
                Marker = true,
            };
            var length = IsRepair
                ? _client.WriteRepair(VideoStream, packet, _slot, _now)
                : _client.WriteRtp(VideoStream, packet, _slot, _now);
            if (
                length == 0
                || _node.HandleDatagram(
                    PeerWorld.ClientAddress,
                    _slot.AsSpan(0, length),
                    _now,
                    out ReceivedMedia _
                ) != PeerInputKind.Rtp
            )
            {
                throw new TestingException("The packet did not arrive.");
            }
        }
    }

    /// <summary>Ten milliseconds of reports, feedback and NACKs in both directions.</summary>
    private struct Exchange : IAllocationStep
    {
        private readonly Peer _client;
        private readonly Peer _node;
        private readonly byte[] _slot = new byte[PacketPool.SlotBytes];
        private readonly byte[] _payload = new byte[100];
        private Instant _now;
        private SequenceNumber _sequence = new(40_000);

        public Exchange(PeerWorld world)
        {
            _client = world.Client.Peer;
            _node = world.Node.Peer;
            _now = world.Simulation.Now;
            _payload[0] = 0x10;
            _payload[1] = 0x01;
        }

        public int Packets { get; private set; }

        public void Run()
        {
            _now += TimeSpan.FromMilliseconds(10);
            // Every other number is skipped, so that there is something to ask for.
            _sequence += 2;
            var packet = new OutgoingRtp
            {
                Payload = _payload,
                SequenceNumber = _sequence,
                Timestamp = 1,
                Marker = true,
            };
            var length = _client.WriteRtp(VideoStream, packet, _slot, _now);
            _node.HandleDatagram(PeerWorld.ClientAddress, _slot.AsSpan(0, length), _now, out _);
            Carry(_node, _client, PeerWorld.NodeAddress);
            Carry(_client, _node, PeerWorld.ClientAddress);
            while (_client.Sender.PollFeedback(out _)) { }
            while (_node.Receiver.PollEvent(out _)) { }
        }

        private void Carry(Peer from, Peer to, NetworkAddress source)
        {
            int length;
            while (
                (length = from.Receiver.PollRtcp(_slot, _now)) > 0 || PollSender(from, out length)
            )
            {
                var sealedLength = from.Transport.ProtectRtcp(_slot, length);
                to.HandleDatagram(source, _slot.AsSpan(0, sealedLength), _now, out _);
                Packets++;
            }
        }

        private readonly bool PollSender(Peer from, out int length)
        {
            length = from.Sender.PollRtcp(_slot, _now);
            return length > 0;
        }
    }
}
