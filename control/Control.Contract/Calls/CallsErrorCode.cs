namespace Control.Contract.Calls;

/// <summary>Why a request, or one item of it, failed; the names on the wire and their HTTP statuses are
/// control's business.</summary>
public enum CallsErrorCode
{
    /// <summary>It did not.</summary>
    None,

    /// <summary>The request is well-formed but asks for what cannot be (406).</summary>
    InvalidParams,

    /// <summary>The SDP cannot be read or does not fit the state of the session (406).</summary>
    InvalidSessionDescription,

    /// <summary>The session's transport is not connected yet, or not in time (425).</summary>
    SessionConnecting,

    /// <summary>No such session in the app, or it has ended (410).</summary>
    SessionGone,

    /// <summary>Item: the named track does not exist.</summary>
    TrackNotFound,

    /// <summary>Item: the track exists but no media came in time.</summary>
    TrackEmpty,

    /// <summary>Item: the session publishes this name already.</summary>
    TrackRepeated,

    /// <summary>Item: the track cannot be changed so.</summary>
    UpdateTrack,

    /// <summary>Item: the track does not exist or was already closed.</summary>
    CloseTrack,

    /// <summary>The node takes no more now (503 with Retry-After).</summary>
    Overloaded,

    /// <summary>The owner of the session cannot be reached now (503 with Retry-After).</summary>
    Unavailable,
}
