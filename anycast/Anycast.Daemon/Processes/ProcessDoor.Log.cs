using System.Net.Sockets;
using Edge.Native.Sockets;
using Microsoft.Extensions.Logging;

namespace Anycast.Daemon.Processes;

internal sealed partial class ProcessDoor
{
    [LoggerMessage(
        6200,
        LogLevel.Information,
        "Process {Process} is the node's: its end is told, and {Sockets} of its media sockets are held then."
    )]
    private static partial void LogWatched(ILogger log, int process, int sockets);

    [LoggerMessage(
        6201,
        LogLevel.Warning,
        "The node's process cannot come to be watched at {Path}: {Reason} Its death is found out by rounds of probes."
    )]
    private static partial void LogNoDoor(ILogger log, string path, string reason);

    [LoggerMessage(
        6202,
        LogLevel.Warning,
        "The system does not let process {Process} be watched ({Error}): its death is found out by rounds of probes."
    )]
    private static partial void LogNotWatched(ILogger log, int process, SystemError error);

    [LoggerMessage(
        6203,
        LogLevel.Warning,
        "There are too many processes: {Process} is not watched."
    )]
    private static partial void LogTooMany(ILogger log, int process);

    [LoggerMessage(6204, LogLevel.Error, "No process can come to be watched just now: {Error}.")]
    private static partial void LogFault(ILogger log, SocketError error);
}
