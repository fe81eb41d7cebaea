using Edge.Primitives;
using Edge.Protocol.Congestion;
using Edge.Protocol.Congestion.Sending;
using Edge.Wire.Rtcp;
using Edge.Wire.Rtcp.Feedback;

namespace Edge.Protocol.Tests.Congestion.Sending.Simulation;

/// <summary>A viewer behind a path, in steps of a millisecond: our estimator on this side, our real
/// feedback on the other.</summary>
internal sealed class ViewerWorld
{
    private static readonly Ssrc Local = new(1);
    private static readonly Ssrc Remote = new(2);

    private readonly PathConditions _conditions;
    private readonly Prng _random;
    private readonly SimulatedPacer _pacer;
    private readonly TwccReceiver _receiver = new();
    private readonly Queue<(Instant At, SequenceNumber Sequence)> _forward = new();
    private readonly Queue<(Instant At, byte[] Packet)> _back = new();
    private readonly byte[] _buffer = new byte[1200];
    private SequenceNumber _next;
    private Instant _crossUntil = Instant.Zero;
    private double _crossBytes;
    private bool _isCrossing;
    private long _ms;

    public ViewerWorld(PathConditions conditions, ulong seed)
    {
        _conditions = conditions;
        _random = Prng.FromNumber(seed);
        _pacer = new SimulatedPacer(_random.Fork());
        Path = new Bottleneck(conditions, _random.Fork());
        _next = new SequenceNumber((ushort)_random.NextInt32(65536));
        Bandwidth.SetWanted(conditions.Rate * 4, Instant.Zero);
    }

    /// <summary>What is tested.</summary>
    public SendBandwidth Bandwidth { get; } = new(new SendBandwidthOptions());

    /// <summary>The way to the viewer.</summary>
    public Bottleneck Path { get; }

    /// <summary>What happened, a millisecond an entry.</summary>
    public WorldTrace Trace { get; } = new();

    /// <summary>Whether feedback is cut off.</summary>
    public bool IsDeaf { get; set; }

    /// <summary>Rates of layers, rising, of which the source sends the highest that the estimate allows;
    /// empty for a source that makes what the target says.</summary>
    public Bitrate[] Layers { get; init; } = [];

    /// <summary>The most the source makes.</summary>
    public Bitrate SourceMax
    {
        set => _pacer.SourceMax = value;
    }

    public Instant Now => Instant.FromMilliseconds(_ms);

    public void Run(TimeSpan duration)
    {
        for (var end = _ms + (long)duration.TotalMilliseconds; _ms < end; _ms++)
        {
            Trace.Begin(Bandwidth.Estimate, Path.Rate, ChooseLayer());
            Cross();
            Receive();
            HandleFeedback();
            if (Now >= Bandwidth.PollTimeout())
            {
                Bandwidth.HandleTimeout(Now);
            }

            while (!_pacer.IsProbing && Bandwidth.TryTakeProbe(out var probe))
            {
                _pacer.Start(probe);
            }

            _pacer.Step(_ms, Bandwidth.Target, Send);
        }
    }

    private int ChooseLayer()
    {
        if (Layers.Length == 0)
        {
            return 0;
        }

        var layer = Math.Max(0, Array.FindLastIndex(Layers, rate => rate <= Bandwidth.Estimate));
        _pacer.SourceMax = Layers[layer];
        return layer;
    }

    private void Send(SentPacket packet)
    {
        _next = _next.Next;
        Bandwidth.HandleSent(_next, packet, Now);
        var isPassed = Path.TryPass(packet.Bytes, Now, out var arrival, out var queued);
        Trace.NoteSent(packet.Bytes, queued, isQueued: arrival.IsSet);
        if (isPassed)
        {
            _forward.Enqueue((arrival, _next));
        }
    }

    private void Receive()
    {
        while (_forward.TryPeek(out var flying) && flying.At <= Now)
        {
            _forward.Dequeue();
            _receiver.HandlePacket(flying.Sequence, Local, flying.At);
        }

        int length;
        while ((length = _receiver.PollFeedback(_buffer, Remote, Now)) > 0)
        {
            if (!IsDeaf)
            {
                _back.Enqueue((Now + _conditions.Delay, _buffer[..length]));
            }
        }
    }

    private void HandleFeedback()
    {
        while (_back.TryPeek(out var flying) && flying.At <= Now)
        {
            _back.Dequeue();
            foreach (var block in new RtcpCompoundReader(flying.Packet))
            {
                if (TransportFeedback.TryParse(block, out var feedback) == RtcpParseError.None)
                {
                    Bandwidth.HandleFeedback(feedback, Now);
                }
            }
        }
    }

    private void Cross()
    {
        if (_conditions.Cross == Bitrate.Zero)
        {
            return;
        }

        if (Now >= _crossUntil)
        {
            _isCrossing = !_isCrossing;
            _crossUntil = Now + _conditions.CrossLength * -Math.Log(1 - _random.NextDouble());
        }

        _crossBytes += _isCrossing ? _conditions.Cross.BitsPerSecond / 8000.0 : 0;
        for (; _crossBytes >= 1200; _crossBytes -= 1200)
        {
            if (Path.TryPass(1200, Now, out _, out _))
            {
                Trace.NoteCross(1200);
            }
        }
    }
}
