using Control.Contract.Calls;
using Edge.Forwarding.Tracks;

namespace Edge.Node.Sessions.Calls;

/// <summary>A section of a session in which another session's track is sent.</summary>
/// <remarks>Threads: under the session's gate, but for <see cref="Played"/>.</remarks>
internal sealed class PulledTrack(
    string mid,
    CallsTrack track,
    SimulcastChoice? choice,
    Subscription subscription
)
{
    /// <summary>The section.</summary>
    public string Mid => mid;

    /// <summary>The numbers it is sent with, which go on whatever it carries and over whichever transport.
    /// Threads: the session's shard.</summary>
    public Subscription Subscription => subscription;

    /// <summary>What it carries; another one after an update.</summary>
    public CallsTrack Track { get; set; } = track;

    /// <summary>The layer wanted; null for the best one.</summary>
    public SimulcastChoice? Choice { get; set; } = choice;

    /// <summary>Its sending end; null before it began and after it ended. Threads: the session's shard.</summary>
    public PlayedTrack? Played { get; set; }
}
