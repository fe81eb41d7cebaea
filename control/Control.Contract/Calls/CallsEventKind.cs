namespace Control.Contract.Calls;

/// <summary>What happened in an app.</summary>
public enum CallsEventKind
{
    /// <summary>A session's transport is connected.</summary>
    SessionConnected,

    /// <summary>A session has ended.</summary>
    SessionEnded,

    /// <summary>A track was agreed; its media may still have to come.</summary>
    TrackPublished,

    /// <summary>A track's first packet came.</summary>
    TrackStarted,

    /// <summary>A track that had begun sends nothing any more: its client has muted or stopped it. It stays.</summary>
    TrackSilent,

    /// <summary>A silent track sends again.</summary>
    TrackResumed,

    /// <summary>A track has ended.</summary>
    TrackEnded,

    /// <summary>Other layers of a simulcast track are watched than before, anywhere: its client may stop sending
    /// the rest.</summary>
    TrackWanted,

    /// <summary>A session is sent another layer of a track than before, or its first one; or it is sent none for
    /// want of bandwidth, or one again.</summary>
    LayerChanged,

    /// <summary>Others speak, or another one is dominant, among the audio tracks that a session pulls.</summary>
    ActiveSpeakers,

    /// <summary>A session publishes a data channel.</summary>
    DataChannelPublished,

    /// <summary>A data channel of a session has ended, whether it wrote or read it.</summary>
    DataChannelEnded,

    /// <summary>How well a session does; only while somebody reads the events.</summary>
    Quality,

    /// <summary>The node drains: make a new session soon.</summary>
    GoingAway,
}
