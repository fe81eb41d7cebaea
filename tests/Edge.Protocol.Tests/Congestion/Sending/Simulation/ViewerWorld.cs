using Edge.Primitives;
using Edge.Protocol.Congestion;
using Edge.Protocol.Congestion.Sending;
using Edge.Wire.Rtcp;
using Edge.Wire.Rtcp.Feedback;
using Edge.Wire.State;
using Xunit;

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
    private readonly PriorityQueue<SequenceNumber, long> _forward = new();
    private readonly Queue<(Instant At, byte[] Packet)> _back = new();
    private readonly byte[] _buffer = new byte[1200];
    private SequenceNumber _next;
    private Instant _crossUntil = Instant.Zero;
    private double _crossBytes;
    private bool _isCrossing;
    private long _ms;

    public ViewerWorld(PathConditions conditions, ulong seed, Bottleneck? path = null)
    {
        _conditions = conditions;
        _random = Prng.FromNumber(seed);
        _pacer = new SimulatedPacer(_random.Fork());
        Path = path ?? new Bottleneck(conditions, _random.Fork());
        _next = new SequenceNumber((ushort)_random.NextInt32(65536));
        Bandwidth.SetWanted(conditions.Rate * 4, Instant.Zero);
    }

    /// <summary>What is tested.</summary>
    public SendBandwidth Bandwidth { get; private set; } = new(new SendBandwidthOptions());

    /// <summary>The way to the viewer.</summary>
    public Bottleneck Path { get; }

    /// <summary>What happened, a millisecond an entry.</summary>
    public WorldTrace Trace { get; } = new();

    /// <summary>Whether feedback is cut off.</summary>
    public bool IsDeaf { get; set; }

    /// <summary>Whether the viewer is not there yet.</summary>
    public bool IsAbsent { get; set; }

    /// <summary>What was sent for probes alone.</summary>
    public long PaddingBytes { get; private set; }

    /// <summary>How far the viewer's clock is from ours.</summary>
    public TimeSpan ClockOffset { get; set; } = TimeSpan.FromHours(-2);

    /// <summary>Rates of layers, rising, of which the source sends the highest that the estimate allows,
    /// none below the lowest; empty for a source that makes what the target says.</summary>
    public Bitrate[] Layers { get; init; } = [];

    /// <summary>Whether there is sound.</summary>
    public bool HasSound
    {
        set => _pacer.HasSound = value;
    }

    /// <summary>The most the source makes.</summary>
    public Bitrate SourceMax
    {
        set => _pacer.SourceMax = value;
    }

    public Instant Now => Instant.FromMilliseconds(_ms);

    public void Run(TimeSpan duration)
    {
        for (var end = _ms + (long)duration.TotalMilliseconds; _ms < end; )
        {
            Step();
        }
    }

    /// <summary>Goes on in another process, which reads after a while what this one wrote. Nothing leaves meanwhile, and what
    /// comes waits.</summary>
    public void Move(TimeSpan way)
    {
        using var writer = new StateWriter(Now, bytesMax: 64 * 1024);
        Bandwidth.Write(writer);
        for (var end = _ms + (long)way.TotalMilliseconds; _ms < end; _ms++)
        {
            Trace.Begin(Bandwidth.Estimate, Path.Rate, layer: 0);
            Receive();
        }

        var reader = new StateReader(writer.Written, Now);
        Bandwidth = new SendBandwidth(new SendBandwidthOptions());
        Bandwidth.Read(ref reader);
        Assert.False(reader.IsBroken);
        Bandwidth.HandleMoved(Now);
        // What leaves from now on left later.
        _ms++;
    }

    /// <summary>Goes on by a millisecond.</summary>
    public void Step()
    {
        Trace.Begin(Bandwidth.Estimate, Path.Rate, ChooseLayer());
        if (IsAbsent)
        {
            _ms++;
            return;
        }

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
        _ms++;
    }

    private int ChooseLayer()
    {
        if (Layers.Length == 0)
        {
            return 0;
        }

        var layer = Array.FindLastIndex(Layers, rate => rate <= Bandwidth.Estimate);
        _pacer.SourceMax = layer < 0 ? Bitrate.Zero : Layers[layer];
        return layer;
    }

    private void Send(SentPacket packet)
    {
        _next = _next.Next;
        Bandwidth.HandleSent(_next, packet, Now);
        var isPassed = Path.TryPass(packet.Bytes, Now, out var arrival, out var queued);
        PaddingBytes += packet.Kind == SentPacketKind.Padding ? packet.Bytes : 0;
        Trace.NoteSent(packet.Bytes, queued, isQueued: arrival.IsSet);
        if (isPassed)
        {
            _forward.Enqueue(_next, arrival.Ticks);
        }
    }

    private void Receive()
    {
        while (_forward.TryPeek(out var sequence, out var ticks) && ticks <= Now.Ticks)
        {
            _forward.Dequeue();
            _receiver.HandlePacket(sequence, Local, new(ticks));
        }

        int length;
        while ((length = _receiver.PollFeedback(_buffer, Remote, Now)) > 0)
        {
            if (!IsDeaf && !Path.IsCut)
            {
                var packet = _buffer[..length];
                FeedbackBlocks.MoveReferenceTime(packet, ClockOffset);
                _back.Enqueue((Now + _conditions.Delay, packet));
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
