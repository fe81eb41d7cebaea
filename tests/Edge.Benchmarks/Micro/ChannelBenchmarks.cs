using BenchmarkDotNet.Attributes;
using Edge.Primitives;
using Edge.Protocol.DataChannels;
using Edge.Protocol.Dtls;

namespace Edge.Benchmarks.Micro;

/// <summary>What a message of a data channel costs in SCTP, without the DTLS around its packets: on its way out, on its way
/// in, and both with the acknowledgements between.</summary>
[Config(typeof(BenchmarkSettings))]
public class ChannelBenchmarks
{
    private const int Messages = 64;
    private const ushort Channel = 0;

    /// <summary>Fewer than the packets that leave after an input.</summary>
    private const int MessagesAtOnce = 8;

    /// <summary>Rounds after which a round's messages leave at once: the window has grown (RFC 9260 §7.2.1).</summary>
    private const int GrowingRounds = 100;

    private static readonly TimeSpan RoundTime = TimeSpan.FromMilliseconds(10);

    private readonly MessagePool _pool = new(retainedBytesMax: 16 * 1024 * 1024);
    private readonly WrittenPackets _sent = new();
    private readonly WrittenPackets _acknowledged = new();
    private byte[] _message = [];
    private DataChannelTransport? _left;
    private DataChannelTransport? _right;
    private Instant _now = Instant.FromMilliseconds(1000);
    private int _received;

    /// <summary>A word of a game, and most of a packet.</summary>
    [Params(40, 1000)]
    public int MessageBytes { get; set; }

    /// <summary>Connects both ends.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        _message = new byte[MessageBytes];
        _left = new(DtlsRole.Client, new(), _pool, Prng.FromNumber(1));
        _right = new(DtlsRole.Server, new(), _pool, Prng.FromNumber(2));
        var options = new DataChannelOptions { NegotiatedId = Channel };
        _left.Open(options, out _);
        _right.Open(options, out _);
        _left.Connect(_now);
        Settle();
        for (var round = 0; round < GrowingRounds; round++)
        {
            Exchange();
        }
    }

    /// <summary>Brings what was written to where it goes, and lets time pass.</summary>
    [IterationSetup(Target = nameof(Send))]
    public void Settle()
    {
        do
        {
            Give(_sent, _right!);
            Give(_acknowledged, _left!);
            _now += RoundTime;
            _left!.HandleTimeout(_now);
            _right!.HandleTimeout(_now);
            _sent.Take(_left, _now);
            _acknowledged.Take(_right, _now);
        } while (_sent.Count + _acknowledged.Count > 0);
    }

    /// <summary>From the message to the bytes of its packets.</summary>
    [Benchmark(OperationsPerInvoke = Messages)]
    public void Send()
    {
        Write();
        if (_sent.Bytes < Messages * MessageBytes)
        {
            throw new InvalidOperationException("Messages wait for their window.");
        }
    }

    /// <summary>Writes what is received.</summary>
    [IterationSetup(Target = nameof(Receive))]
    public void SendAll()
    {
        Settle();
        Send();
        _received = 0;
    }

    /// <summary>From the packets to the message, and to the bytes of what acknowledges them.</summary>
    [Benchmark(OperationsPerInvoke = Messages)]
    public void Receive()
    {
        Give(_sent, _right!);
        _acknowledged.Take(_right!, _now);
        if (_received != Messages)
        {
            throw new InvalidOperationException($"{_received} of {Messages} messages came.");
        }
    }

    /// <summary>From one end to the other, and what acknowledges it back.</summary>
    [Benchmark(OperationsPerInvoke = Messages)]
    public void Exchange()
    {
        Write();
        Settle();
    }

    private void Write()
    {
        for (var written = 0; written < Messages; written += MessagesAtOnce)
        {
            for (var message = 0; message < MessagesAtOnce; message++)
            {
                _left!.Send(Channel, _message, isBinary: true, _now);
            }

            _sent.Take(_left!, _now);
        }
    }

    private void Give(WrittenPackets packets, DataChannelTransport to)
    {
        for (var packet = 0; packet < packets.Count; packet++)
        {
            to.HandleDatagram(packets[packet], _now);
            while (to.PollEvent(out var occurred))
            {
                _received += occurred.Kind == DataChannelEventKind.Message ? 1 : 0;
            }
        }

        packets.Clear();
    }

    /// <summary>Packets between one end and the other.</summary>
    private sealed class WrittenPackets
    {
        private const int Most = 200;
        private const int PacketBytes = 1200;

        private readonly byte[] _bytes = new byte[Most * PacketBytes];
        private readonly int[] _lengths = new int[Most];

        public int Count { get; private set; }

        public int Bytes { get; private set; }

        public ReadOnlySpan<byte> this[int packet] =>
            _bytes.AsSpan(packet * PacketBytes, _lengths[packet]);

        public void Take(DataChannelTransport from, Instant now)
        {
            int length;
            while ((length = from.PollDatagram(_bytes.AsSpan(Count * PacketBytes), now)) > 0)
            {
                _lengths[Count++] = length;
                Bytes += length;
            }
        }

        public void Clear() => (Count, Bytes) = (0, 0);
    }
}
