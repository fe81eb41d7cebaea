namespace Control.Server.Calls;

internal sealed partial class CallsDispatcher
{
    [LoggerMessage(4300, LogLevel.Error, "{Operation} failed by an error of ours.")]
    private static partial void LogFailed(ILogger log, string operation, Exception exception);

    [LoggerMessage(
        4301,
        LogLevel.Warning,
        "{Operation} was not answered within {Seconds} seconds."
    )]
    private static partial void LogTimedOut(ILogger log, string operation, int seconds);
}
