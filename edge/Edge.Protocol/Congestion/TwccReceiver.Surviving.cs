using Edge.Primitives;

namespace Edge.Protocol.Congestion;

/// <content>How it goes on where arrivals since are not known.</content>
public sealed partial class TwccReceiver
{
    /// <summary>Begins with the next packet, by the same clock: of numbers before it nothing is said any more.</summary>
    internal void BeginAnew()
    {
        _unwrapper = default;
        _nextReported = 0;
        _pending = 0;
        _deadline = Instant.Never;
        _lastFeedbackAt = Instant.Never;
    }
}
