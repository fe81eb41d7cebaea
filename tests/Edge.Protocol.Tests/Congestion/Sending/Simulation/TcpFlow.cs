using Edge.Primitives;

namespace Edge.Protocol.Tests.Congestion.Sending.Simulation;

/// <summary>A file that TCP sends through a path: Reno, without its fine points.</summary>
/// <remarks>Slow start, then a packet more a round trip; half the window once a round trip with a loss, which
/// is known when what was sent after it is acknowledged. Source: RFC 5681 §3.</remarks>
internal sealed class TcpFlow(Bottleneck path, TimeSpan back)
{
    private const int PacketBytes = 1200;
    private const double WindowStart = 10;

    private readonly Queue<(Instant At, long Number, bool IsLost)> _flying = new();
    private double _window = WindowStart;
    private double _threshold = double.MaxValue;
    private long _next;
    private long _recoveredAt = -1;

    /// <summary>What came to the other side.</summary>
    public long ReceivedBytes { get; private set; }

    /// <summary>Goes on by a millisecond.</summary>
    public void Step(Instant now)
    {
        while (_flying.TryPeek(out var first) && first.At <= now)
        {
            _flying.Dequeue();
            Acknowledge(first.Number, first.IsLost);
        }

        while (_flying.Count < (int)_window)
        {
            var isLost = !path.TryPass(PacketBytes, now, out var arrival, out var queued);
            // A lost one is missed when the next would have come.
            var known = arrival.IsSet ? arrival : now + queued + path.Delay;
            _flying.Enqueue((known + back, _next++, isLost));
        }
    }

    private void Acknowledge(long number, bool isLost)
    {
        if (!isLost)
        {
            ReceivedBytes += PacketBytes;
            _window += _window < _threshold ? 1 : 1 / _window;
        }
        else if (number > _recoveredAt)
        {
            _recoveredAt = _next;
            _window = Math.Max(2, _window / 2);
            _threshold = _window;
        }
    }
}
