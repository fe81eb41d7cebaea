using Edge.Primitives;

namespace Edge.Forwarding.Tracks;

/// <content>Subscriptions that go on after a sudden end of the process that had them.</content>
public sealed partial class Subscription
{
    /// <summary>The number that the next packet gets, unless its source leaves out some.</summary>
    public SequenceNumber NextNumber => _sequences.NextNumber;

    /// <summary>Goes on from what was written some time before, while detached: numbers go on behind an index, counters of pictures and frames
    /// behind all that can have been sent since, timestamps as time did. What was sent before cannot be sent again,
    /// and a start is awaited.</summary>
    /// <remarks>The counters are right while no more than 2^14 packets were sent since it was written.</remarks>
    /// <param name="lastIndex">The SRTP index of its SSRC up to which the former owner may have sent.</param>
    /// <param name="now">The time.</param>
    public void Survive(long lastIndex, Instant now)
    {
        LeaveTrack(now);
        // No packet begins more than one picture.
        var passed = _sequences.Survive(lastIndex);
        _lastPictures = _lastPictures.After(passed);
        _lastFrame = unchecked((ushort)(_lastFrame + passed));
    }
}
