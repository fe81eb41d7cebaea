using Edge.Primitives;

namespace Edge.Protocol.Congestion.Sending;

/// <summary>What time says of the path: packets leave and nothing is heard of them, or nothing leaves.</summary>
/// <remarks>Timers: silence is set by the first packet after feedback and cleared by feedback; quiet is set anew
/// by each packet, first by feedback.</remarks>
internal partial struct SilenceWatch()
{
    /// <summary>Chosen: a feedback more or less does not count, a change of Wi-Fi cell does.</summary>
    private static readonly TimeSpan SilenceFirst = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SilenceNext = TimeSpan.FromMilliseconds(500);

    /// <summary>Nothing was sent for so long that nobody will tell of it. Chosen: as libwebrtc tests a
    /// path of which little is used.</summary>
    private static readonly TimeSpan QuietInterval = TimeSpan.FromSeconds(5);

    private Instant _silenceAt = Instant.Never;
    private Instant _quietAt = Instant.Never;
    private bool _isSilent;

    /// <summary>Whether nothing has been heard for too long.</summary>
    public readonly bool IsSilent => _isSilent;

    /// <summary>The estimate when the last silence began.</summary>
    public Bitrate Before { get; private set; }

    /// <summary>A packet leaves, of which feedback is to come.</summary>
    [HotPath]
    public void HandleSent(TimeSpan roundTrip, Instant now)
    {
        _quietAt = now + QuietInterval;
        if (!_silenceAt.IsSet)
        {
            _silenceAt = now + (_isSilent ? SilenceNext : SilenceFirst + 2 * roundTrip);
        }
    }

    /// <summary>Feedback came; true when a silence ended by it.</summary>
    [HotPath]
    public bool TryEnd(Instant now)
    {
        var wasSilent = _isSilent;
        _quietAt = _quietAt.IsSet ? _quietAt : now + QuietInterval;
        _silenceAt = Instant.Never;
        _isSilent = false;
        return wasSilent;
    }

    /// <summary>Whether nothing was heard for too long; counted from the next packet on again.</summary>
    /// <param name="estimate">The estimate.</param>
    /// <param name="now">The time.</param>
    /// <param name="isFirst">Whether the silence begins.</param>
    public bool TryTakeSilence(Bitrate estimate, Instant now, out bool isFirst)
    {
        isFirst = !_isSilent;
        if (now < _silenceAt)
        {
            return false;
        }

        Before = isFirst ? estimate : Before;
        _silenceAt = Instant.Never;
        _isSilent = true;
        return true;
    }

    /// <summary>Whether nothing was sent for long, since the last time that it was asked.</summary>
    public bool TryTakeQuiet(Instant now)
    {
        var isQuiet = now >= _quietAt;
        _quietAt = isQuiet ? now + QuietInterval : _quietAt;
        return isQuiet;
    }

    /// <summary>When to look again.</summary>
    /// <param name="isQuietWatched">Whether it matters that nothing is sent.</param>
    public readonly Instant PollTimeout(bool isQuietWatched) =>
        isQuietWatched ? Instant.Min(_silenceAt, _quietAt) : _silenceAt;
}
