using Anycast.Health;
using Anycast.Health.Rounds;
using Microsoft.Extensions.Logging;

namespace Anycast.Daemon.Lifetime;

internal sealed partial class NodeWatch
{
    [LoggerMessage(6000, LogLevel.Information, "{Action}: {Reason} (the last round: {Verdict}).")]
    private static partial void LogDecided(
        ILogger log,
        HealthAction action,
        HealthReason reason,
        RoundVerdict verdict
    );

    [LoggerMessage(
        6001,
        LogLevel.Warning,
        "The node looks ill ({Verdict}) and keeps the address: no other node has it."
    )]
    private static partial void LogFailStatic(ILogger log, RoundVerdict verdict);

    [LoggerMessage(
        6003,
        LogLevel.Information,
        "Process {Process} of the node has ended; {Left} are left."
    )]
    private static partial void LogEnded(ILogger log, int process, int left);

    [LoggerMessage(6002, LogLevel.Information, "BIRD has the address from before: it stays.")]
    private static partial void LogTakenOver(ILogger log);
}
