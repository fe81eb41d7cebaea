using Edge.Primitives;

namespace Edge.Forwarding.Uplinks;

/// <summary>A limit that is raised at once and lowered only when the need for it lasts.</summary>
internal partial struct PatientLimit
{
    private Bitrate _most;
    private Instant _lowerSince;

    /// <summary>Makes one that limits nothing.</summary>
    public PatientLimit()
    {
        Value = Bitrate.Unlimited;
        _lowerSince = Instant.Never;
    }

    /// <summary>The limit.</summary>
    public Bitrate Value { get; private set; }

    /// <summary>Takes what it should be at this moment.</summary>
    /// <param name="wanted">That.</param>
    /// <param name="patience">How long it has to be less than it is. The most of that time is what it is lowered
    /// to.</param>
    /// <param name="now">The time.</param>
    public void Update(Bitrate wanted, TimeSpan patience, Instant now)
    {
        if (wanted >= Value)
        {
            Value = wanted;
            _lowerSince = Instant.Never;
            return;
        }

        _most = _lowerSince.IsSet ? Bitrate.Max(_most, wanted) : wanted;
        _lowerSince = _lowerSince.IsSet ? _lowerSince : now;
        if (now - _lowerSince >= patience)
        {
            Value = _most;
            _lowerSince = Instant.Never;
        }
    }
}
