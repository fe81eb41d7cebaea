using Edge.Native.OpenSsl;
using Edge.Primitives;
using Edge.Protocol.Negotiation;
using Edge.Protocol.Transport;
using Edge.Protocol.Transport.Sending;
using Edge.Testing;
using Edge.Testing.Clients;
using Edge.Wire.Payload;

namespace Edge.Benchmarks.Micro;

/// <summary>A client that publishes pictures, and the node's side of it, connected without a network.</summary>
internal sealed class PublishingPair : IDisposable
{
    private const int StepsMax = 1000;

    private static readonly NetworkAddress NodeAddress = NetworkAddress.FromIPv4(0xC6336401, 7000);
    private static readonly NetworkAddress Source = NetworkAddress.FromIPv4(0xCB007105, 40000);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);

    private static readonly MediaAgreement Video = new()
    {
        Mid = Mid.Create("1"),
        Kind = MediaKind.Video,
        Codec = SimulatedPeers.Vp8,
        Extensions = new HeaderExtensionMap
        {
            Mid = 4,
            TransportSequence = 3,
            AbsoluteSendTime = 2,
        },
        ReducedSizeRtcp = true,
    };

    private readonly Prng _random = Prng.FromNumber(1);
    private readonly byte[] _buffer = new byte[PacketPool.SlotBytes];
    private readonly byte[] _payload = new byte[1160];
    private readonly Peer _client;
    private readonly Peer _node;
    private Instant _now = Instant.FromMilliseconds(1000);
    private SequenceNumber _sequence = new(1);

    public PublishingPair()
    {
        (_node, _client) = SimulatedPeers.CreatePair(
            Factory(),
            Factory(),
            new(NodeAddress) { ToNode = [Video] },
            _random,
            _now
        );
        _payload[0] = 0x10;
        Connect();
    }

    /// <summary>Writes the client's next packet.</summary>
    public int Write(Span<byte> destination)
    {
        _sequence = _sequence.Next;
        var packet = new OutgoingRtp
        {
            Payload = _payload,
            SequenceNumber = _sequence,
            Timestamp = 1,
            Marker = true,
        };
        return _client.WriteRtp(stream: 0, packet, destination, _now);
    }

    /// <summary>Takes it at the node.</summary>
    public bool Receive(Span<byte> datagram) =>
        _node.HandleDatagram(Source, datagram, _now, out _) == PeerInputKind.Rtp;

    /// <summary>Lets time pass: feedback goes, and whatever else is due.</summary>
    public void Settle()
    {
        _now += Step;
        _client.HandleTimeout(_now);
        _node.HandleTimeout(_now);
        while (Carry(_client, _node, Source) | Carry(_node, _client, NodeAddress)) { }
        while (_client.Sender.PollFeedback(out _)) { }
    }

    public void Dispose()
    {
        _client.Dispose();
        _node.Dispose();
    }

    private void Connect()
    {
        for (var step = 0; step < StepsMax; step++)
        {
            Settle();
            if (
                _client.Transport.State == PeerState.Connected
                && _node.Transport.State == PeerState.Connected
            )
            {
                return;
            }
        }

        throw new TestingException("The publisher did not connect.");
    }

    private bool Carry(Peer from, Peer to, in NetworkAddress source)
    {
        var isAny = false;
        int length;
        while ((length = from.PollTransmit(_buffer, _now, out _)) > 0)
        {
            isAny = true;
            to.HandleDatagram(source, _buffer.AsSpan(0, length), _now, out _);
        }

        while (from.PollEvent(out _)) { }
        return isAny;
    }

    private PeerFactory Factory() =>
        new(
            new DtlsDouble(_random.Fork()),
            SrtpCiphers.Best,
            new ClockAnchor(_now, NtpTimestamp.FromUnixTime(TimeSpan.FromDays(1)))
        );
}
