namespace Control.Server.Http;

internal sealed partial class RequestBoundary
{
    [LoggerMessage(4200, LogLevel.Error, "A {Method} request failed by an error of ours.")]
    private static partial void LogFailed(ILogger log, string method, Exception exception);
}
