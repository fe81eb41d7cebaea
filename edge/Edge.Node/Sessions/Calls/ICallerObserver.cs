using Edge.Node.Sessions.Channels;
using Edge.Node.Sessions.Sound;
using Edge.Node.Telemetry;
using Edge.Primitives;

namespace Edge.Node.Sessions.Calls;

/// <summary>Told what becomes of the media of sessions of the session and track API.</summary>
/// <remarks>Called on the shard that drives the session: it must not wait.</remarks>
internal interface ICallerObserver : IChannelObserver
{
    /// <summary>The transport is connected.</summary>
    void HandleConnected(Session media);

    /// <summary>The media has ended: the client left, was silent too long, or was asked to go.</summary>
    void HandleClosed(Session media);

    /// <summary>Other layers of a track are watched than before, here or elsewhere. Threads: any.</summary>
    void HandleWanted(CallsTrack track);

    /// <summary>A client is sent another layer of a track.</summary>
    void HandleLayerChanged(PlayedTrack played, CallsTrack track);

    /// <summary>Others speak than before, or louder, among those that a client hears.</summary>
    void HandleSpeakers(SessionSound sound);

    /// <summary>How the media did since it was last measured.</summary>
    void HandleMeasured(Session media, in SessionQuality quality, Instant now);
}
