namespace Edge.Forwarding.Tracks;

/// <summary>The deadlines of a track.</summary>
internal enum TrackTimer
{
    /// <summary>The next step of paced bursts. Set while a subscription catches up.</summary>
    CatchUp,

    /// <summary>The next look at subscriptions that wait for a start. Set while there may be one.</summary>
    Waiting,

    /// <summary>Who moved here waits for what comes next.</summary>
    Moved,

    /// <summary>How many there are.</summary>
    Count,
}
