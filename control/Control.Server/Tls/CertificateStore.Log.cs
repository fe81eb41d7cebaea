namespace Control.Server.Tls;

internal sealed partial class CertificateStore
{
    [LoggerMessage(
        4100,
        LogLevel.Information,
        "The HTTPS certificate was read again; it is valid until {NotAfter}."
    )]
    private static partial void LogReloaded(ILogger log, DateTime notAfter);

    [LoggerMessage(
        4101,
        LogLevel.Warning,
        "The changed HTTPS certificate cannot be used, the one before goes on: {Reason}"
    )]
    private static partial void LogReloadFailed(ILogger log, string reason);
}
