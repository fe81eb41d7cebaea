namespace Edge.Bus;

/// <summary>Whether a request was answered, and why not.</summary>
public enum BusReplyStatus : byte
{
    /// <summary>There is an answer.</summary>
    Answered,

    /// <summary>Nobody has subscribed the subject: known at once.</summary>
    NoResponders,

    /// <summary>No answer came in time, or the connection was lost meanwhile.</summary>
    TimedOut,

    /// <summary>The request could not be sent: no connection, or it was too long.</summary>
    Unavailable,
}
