using Edge.Primitives;

namespace Edge.Protocol.Congestion.Sending.Delay;

/// <summary>Joins packets into groups by when they left, and measures from group to group.</summary>
/// <remarks>
/// A group is what left within 5 ms; packets that a channel held back and then let through together count
/// as one too, else Wi-Fi's bursts would look like queues. Packets are given in the order of arrival.
/// Source: draft-ietf-rmcat-gcc-02 §5.2; the bound of a burst and the reset are libwebrtc's.
/// </remarks>
internal sealed partial class InterArrival
{
    /// <summary>draft-ietf-rmcat-gcc-02 §5.2, burst_time.</summary>
    private static readonly TimeSpan GroupLength = TimeSpan.FromMilliseconds(5);

    /// <summary>As libwebrtc.</summary>
    private static readonly TimeSpan BurstGapMax = TimeSpan.FromMilliseconds(5);

    /// <summary>As libwebrtc.</summary>
    private static readonly TimeSpan BurstLengthMax = TimeSpan.FromMilliseconds(100);

    /// <summary>Groups that may seem to arrive before their predecessor until all begins anew; as
    /// libwebrtc.</summary>
    private const int BackwardsMax = 3;

    private Group _current;
    private Group _previous;
    private int _backwards;

    /// <summary>Takes a received packet; true when it begins a group, so that the one before is complete
    /// and has one before it.</summary>
    [HotPath]
    public bool TryAdd(Instant sentAt, TimeSpan arrival, out GroupDelta delta)
    {
        delta = default;
        if (!_current.IsStarted)
        {
            _current = Group.Start(sentAt, arrival);
            return false;
        }

        if (sentAt < _current.FirstSentAt)
        {
            // Overtaken by a later group: its delay is not that of its neighbours.
            return false;
        }

        if (Belongs(sentAt, arrival))
        {
            _current.LastSentAt = Instant.Max(_current.LastSentAt, sentAt);
            _current.LastArrival = arrival;
            return false;
        }

        var isMeasured = _previous.IsStarted && TryMeasure(out delta);
        if (_current.IsStarted)
        {
            _previous = _current;
        }

        _current = Group.Start(sentAt, arrival);
        return isMeasured;
    }

    /// <summary>Forgets all groups.</summary>
    public void Reset()
    {
        _current = default;
        _previous = default;
        _backwards = 0;
    }

    private bool Belongs(Instant sentAt, TimeSpan arrival)
    {
        if (sentAt - _current.FirstSentAt <= GroupLength)
        {
            return true;
        }

        var gap = arrival - _current.LastArrival;
        var isFaster = gap < sentAt - _current.LastSentAt;
        return isFaster && gap <= BurstGapMax && arrival - _current.FirstArrival < BurstLengthMax;
    }

    private bool TryMeasure(out GroupDelta delta)
    {
        delta = new GroupDelta(
            _current.LastSentAt - _previous.LastSentAt,
            _current.LastArrival - _previous.LastArrival,
            _current.LastArrival
        );
        if (delta.Arrive >= TimeSpan.Zero)
        {
            _backwards = 0;
            return true;
        }

        if (++_backwards >= BackwardsMax)
        {
            Reset();
        }

        return false;
    }

    private partial struct Group
    {
        public bool IsStarted;
        public Instant FirstSentAt;
        public Instant LastSentAt;
        public TimeSpan FirstArrival;
        public TimeSpan LastArrival;

        public static Group Start(Instant sentAt, TimeSpan arrival) =>
            new()
            {
                IsStarted = true,
                FirstSentAt = sentAt,
                LastSentAt = sentAt,
                FirstArrival = arrival,
                LastArrival = arrival,
            };
    }
}
