using Microsoft.Extensions.Logging;

namespace Edge.Bus.Lan.Links;

/// <summary>Log events 7200 to 7299: the bus within a PoP.</summary>
internal static partial class LanLog
{
    [LoggerMessage(7200, LogLevel.Information, "{Peer} is connected.")]
    internal static partial void Connected(ILogger logger, string peer);

    [LoggerMessage(7201, LogLevel.Warning, "{Peer} is not connected any more: {Reason}.")]
    internal static partial void Disconnected(ILogger logger, string peer, LanEnd reason);

    [LoggerMessage(7202, LogLevel.Warning, "{Peer} cannot be connected: {Reason}. Trying on.")]
    internal static partial void Unconnected(ILogger logger, string peer, LanEnd reason);

    [LoggerMessage(7203, LogLevel.Error, "A watcher of peers has thrown.")]
    internal static partial void WatchFault(ILogger logger, Exception error);

    [LoggerMessage(7204, LogLevel.Information, "{Peer} is {State} now: {Cause}.")]
    internal static partial void LifeChanged(
        ILogger logger,
        string peer,
        LanPeerState state,
        LanPeerCause cause
    );
}
