using Edge.Primitives;

namespace Edge.Protocol.Congestion.Sending.Probing;

/// <summary>Probing as one: when, whether it is under way, and what it found.</summary>
internal sealed partial class Probes(Bitrate rateMax)
{
    /// <summary>How long after a probe's last packet delays are still its doing, beside the round trip.
    /// Chosen: a feedback interval and the detector's window.</summary>
    private static readonly TimeSpan Aftermath = TimeSpan.FromMilliseconds(200);

    private readonly ProbeEstimator _estimator = new();
    private readonly AlrDetector _idle = new();
    private Instant _sentAt = Instant.Never;
    private Bitrate _measured;
    private Bitrate _through;
    private ushort _cluster;
    private bool _isSaturated;

    /// <summary>When to probe.</summary>
    public ProbeController Controller { get; } = new(rateMax);

    /// <summary>Whether less is sent than allowed.</summary>
    public bool IsIdle => _idle.IsIdle;

    /// <summary>Whether less is sent than allowed, or was a moment ago.</summary>
    public bool WasIdleLately(Instant now) => _idle.WasIdleLately(now);

    /// <summary>Whether delays are those of a probe.</summary>
    public bool IsDisturbing(TimeSpan roundTrip, Instant now) =>
        _sentAt.IsSet && now - _sentAt < roundTrip + Aftermath;

    /// <summary>The estimate changed.</summary>
    [HotPath]
    public void SetEstimate(Bitrate estimate) => _idle.SetEstimate(estimate);

    /// <summary>A packet leaves; true when idleness ended by it.</summary>
    [HotPath]
    public bool HandleSent(in SentPacket packet, Instant now)
    {
        _sentAt = packet.ProbeCluster == 0 ? _sentAt : now;
        return _idle.HandleSent(packet.Bytes, now);
    }

    /// <summary>The next probe to send.</summary>
    [HotPath]
    public bool TryTake(out ProbeRequest request)
    {
        if (!Controller.TryTake(out request))
        {
            return false;
        }

        _estimator.HandleRequest(request);
        return true;
    }

    /// <summary>Takes a received packet, in the order of arrival.</summary>
    [HotPath]
    public void HandlePacket(in PacketResult result)
    {
        if (!_estimator.TryMeasure(result, out var measured, out var isSaturated))
        {
            return;
        }

        if (_cluster != result.Packet.ProbeCluster && !_isSaturated)
        {
            // The one before is complete.
            _through = Bitrate.Max(_through, _measured);
        }

        _cluster = result.Packet.ProbeCluster;
        _measured = measured;
        _isSaturated = isSaturated;
    }

    /// <summary>Whether a probe since the last call came as a lump.</summary>
    [HotPath]
    public bool TryTakeLump()
    {
        var isLump = _estimator.Lump != 0;
        _estimator.ForgetLump();
        return isLump;
    }

    /// <summary>What was found since the last call, if anything.</summary>
    /// <param name="measured">By the last probe.</param>
    /// <param name="through">What went through by those before it; zero for nothing.</param>
    /// <param name="isSaturated">Whether the last one filled the path.</param>
    [HotPath]
    public bool TryTakeResult(out Bitrate measured, out Bitrate through, out bool isSaturated)
    {
        measured = _measured;
        through = _through;
        isSaturated = _isSaturated;
        _measured = Bitrate.Zero;
        _through = Bitrate.Zero;
        _isSaturated = false;
        return measured > Bitrate.Zero;
    }
}
