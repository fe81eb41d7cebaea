using Edge.Primitives;

namespace Edge.Protocol.Transport.Receiving;

/// <summary>What a receiver reports of one source: loss, highest number, jitter.</summary>
/// <remarks>Units: jitter in RTP timestamp units. Source: RFC 3550 §6.4.1, appendices A.3 and A.8.</remarks>
public partial struct ReceptionStatistics
{
    private long _firstSequence;
    private long _highestSequence;
    private long _received;
    private long _expectedPrior;
    private long _receivedPrior;
    private long _previousTransit;
    private double _jitter;
    private bool _hasTransit;

    /// <summary>Packets counted, without duplicates and without those that came by RTX.</summary>
    public readonly long Received => _received;

    /// <summary>The extended highest sequence number as the report carries it.</summary>
    /// <remarks>The unwrapper begins at 65536, which is cycle 0 on the wire.</remarks>
    public readonly uint ExtendedHighest => unchecked((uint)(_highestSequence - 65536));

    /// <summary>Interarrival jitter in timestamp units.</summary>
    public readonly uint Jitter => (uint)_jitter;

    /// <summary>Packets expected so far.</summary>
    public readonly long Expected => _received == 0 ? 0 : _highestSequence - _firstSequence + 1;

    /// <summary>Packets lost so far; negative where duplicates outnumber losses.</summary>
    public readonly long Lost => Expected - _received;

    /// <summary>Counts a packet that came on the media stream itself.</summary>
    [HotPath]
    public void HandlePacket(long extendedSequence, uint timestamp, uint clockRate, Instant now)
    {
        if (Count(extendedSequence))
        {
            UpdateJitter(timestamp, clockRate, now);
        }
    }

    /// <summary>Counts a packet whose timestamp does not say when it was sent: it tells no jitter.</summary>
    [HotPath]
    public void HandleUntimed(long extendedSequence) => Count(extendedSequence);

    /// <summary>Counts a packet recovered by retransmission: it is no longer lost.</summary>
    [HotPath]
    public void HandleRecovered() => _received++;

    /// <summary>The fraction lost since the previous report, in 1/256, and begins the next interval.</summary>
    public byte TakeFractionLost()
    {
        var expectedInterval = Expected - _expectedPrior;
        var lostInterval = expectedInterval - (_received - _receivedPrior);
        _expectedPrior = Expected;
        _receivedPrior = _received;
        return expectedInterval <= 0 || lostInterval <= 0
            ? (byte)0
            : (byte)Math.Min(255, (lostInterval << 8) / expectedInterval);
    }

    /// <summary>Counts a packet; whether it is the newest.</summary>
    private bool Count(long extendedSequence)
    {
        if (_received == 0)
        {
            _firstSequence = extendedSequence;
            _highestSequence = extendedSequence;
        }

        _received++;
        _firstSequence = Math.Min(_firstSequence, extendedSequence);
        var isNewest = extendedSequence >= _highestSequence;
        _highestSequence = Math.Max(_highestSequence, extendedSequence);
        return isNewest;
    }

    /// <summary>A moment in units of the timestamps.</summary>
    private static uint InUnits(Instant now, uint clockRate) =>
        unchecked((uint)(long)(now.Ticks * (double)clockRate / TimeSpan.TicksPerSecond));

    private void UpdateJitter(uint timestamp, uint clockRate, Instant now)
    {
        var transit = unchecked((int)(InUnits(now, clockRate) - timestamp));
        if (_hasTransit)
        {
            // Wider than the 32 bits in which it wraps: half the circle has no positive counterpart there.
            var difference = Math.Abs((long)unchecked((int)(transit - _previousTransit)));
            _jitter += (difference - _jitter) / 16.0;
        }

        _previousTransit = transit;
        _hasTransit = true;
    }
}
