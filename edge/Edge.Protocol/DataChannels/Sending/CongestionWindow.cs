namespace Edge.Protocol.DataChannels.Sending;

/// <summary>How many bytes may be on their way: slow start, congestion avoidance, fast recovery.</summary>
/// <remarks>Units: bytes of user data. Source: RFC 9260 §7.2.</remarks>
internal sealed partial class CongestionWindow(int packetBytes)
{
    /// <summary>Packets of the first window. Deviates from RFC 9260 §7.2.1 (about 4) as RFC 6928 does for
    /// TCP and as Chromium does.</summary>
    private const int InitialPackets = 10;

    /// <summary>Packets that a loss leaves at least (RFC 9260 §7.2.3).</summary>
    private const int ThresholdPacketsMin = 4;

    private long _partialAckedBytes;
    private long _recoveryExit;
    private long _threshold;

    /// <summary>The window.</summary>
    public long Bytes { get; private set; }

    /// <summary>Whether a loss is being repaired (RFC 9260 §7.2.4).</summary>
    public bool IsRecovering { get; private set; }

    /// <summary>Begins anew; the first threshold is the peer's window.</summary>
    public void Start(long peerWindowBytes)
    {
        Bytes = (long)InitialPackets * packetBytes;
        _threshold = Math.Max(peerWindowBytes, Bytes);
        _partialAckedBytes = 0;
        IsRecovering = false;
    }

    /// <summary>Takes in what a SACK acknowledged.</summary>
    /// <param name="outcome">What it said.</param>
    /// <param name="flightBytes">What was on its way before it.</param>
    /// <param name="cumulative">Its cumulative TSN.</param>
    public void HandleSack(in SackOutcome outcome, int flightBytes, long cumulative)
    {
        if (IsRecovering && cumulative >= _recoveryExit)
        {
            IsRecovering = false;
            _partialAckedBytes = 0;
        }

        // One packet less than the window is still full use: the next one did not fit.
        var isFull = flightBytes + packetBytes > Bytes;
        if (!outcome.IsCumulativeAdvanced || IsRecovering)
        {
            return;
        }

        if (Bytes <= _threshold)
        {
            if (isFull)
            {
                Bytes += Math.Min(outcome.AckedBytes, packetBytes);
            }

            return;
        }

        _partialAckedBytes += outcome.AckedBytes;
        if (_partialAckedBytes >= Bytes && isFull)
        {
            _partialAckedBytes -= Bytes;
            Bytes += packetBytes;
        }

        _partialAckedBytes = Math.Min(_partialAckedBytes, Bytes);
    }

    /// <summary>A loss was noticed by reports; the window is halved once until all that is out now is
    /// acknowledged.</summary>
    public void HandleLoss(long lastAssigned)
    {
        if (IsRecovering)
        {
            return;
        }

        IsRecovering = true;
        _recoveryExit = lastAssigned;
        _threshold = Math.Max(Bytes / 2, (long)ThresholdPacketsMin * packetBytes);
        Bytes = _threshold;
        _partialAckedBytes = 0;
    }

    /// <summary>A loss was noticed by silence (RFC 9260 §7.2.3).</summary>
    public void HandleTimeout()
    {
        IsRecovering = false;
        _threshold = Math.Max(Bytes / 2, (long)ThresholdPacketsMin * packetBytes);
        Bytes = packetBytes;
        _partialAckedBytes = 0;
    }

    /// <summary>Nothing was sent for some timeouts: what was learnt is old (RFC 9260 §7.2.1).</summary>
    public void HandleIdle(long timeouts)
    {
        var floor = (long)ThresholdPacketsMin * packetBytes;
        for (; timeouts > 0 && Bytes > floor; timeouts--)
        {
            Bytes = Math.Max(Bytes / 2, floor);
        }
    }
}
