namespace Edge.Node.Sessions.Calls;

/// <summary>Told what becomes of the media of sessions of the session and track API.</summary>
/// <remarks>Called on the shard that drives the session: it must not wait.</remarks>
internal interface ICallerObserver
{
    /// <summary>The transport is connected.</summary>
    void HandleConnected(Session media);

    /// <summary>The media has ended: the client left, was silent too long, or was asked to go.</summary>
    void HandleClosed(Session media);
}
