using Control.Contract.Calls;
using Edge.Forwarding.Tracks;
using Edge.Primitives;

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
    /// <summary>What a shared screen has when nothing else is asked. Chosen: before all that has the default, so
    /// that text stays readable while faces get smaller.</summary>
    private const int ScreenPriority = 1;

    /// <summary>The section.</summary>
    public string Mid => mid;

    /// <summary>The numbers it is sent with, which go on whatever it carries and over whichever transport.
    /// Threads: the session's shard.</summary>
    public Subscription Subscription => subscription;

    /// <summary>What it carries; another one after an update.</summary>
    public CallsTrack Track { get; set; } = track;

    /// <summary>The layer wanted; null for the best one.</summary>
    public SimulcastChoice? Choice { get; set; } = choice;

    /// <summary>How else it is to be sent, as far as anything was said of it.</summary>
    public DeliveryChoice Delivery { get; set; } = new();

    /// <summary>How it is sent: what was said, and the defaults for the rest.</summary>
    public PlayTerms Terms
    {
        get
        {
            var inForce = InForce(Track, Delivery);
            return new PlayTerms(
                inForce?.Priority ?? 0,
                new Bitrate(inForce?.MinBitsPerSecond ?? 0),
                inForce?.IsPaused ?? false
            );
        }
    }

    /// <summary>What holds of a choice for a track, as clients are told; null when that is nothing in
    /// particular.</summary>
    public static DeliveryChoice? InForce(CallsTrack track, DeliveryChoice choice)
    {
        var isScreen = track.Content == TrackContent.Screen;
        var inForce = choice with
        {
            Priority = choice.Priority ?? (isScreen ? ScreenPriority : null),
        };
        return inForce == new DeliveryChoice() ? null : inForce;
    }

    /// <summary>Its sending end; null before it began and after it ended. Threads: the session's shard.</summary>
    public PlayedTrack? Played { get; set; }
}
