using Control.Contract;
using Microsoft.Extensions.Logging;

namespace Edge.Hosting.Lifetime;

/// <summary>The end of a process that has sessions: they are told, and get time to end by themselves.</summary>
/// <param name="state">What says that no new sessions are taken.</param>
/// <param name="deadline">How long they have.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Where it is said.</param>
public sealed partial class SessionDrain(
    DrainState state,
    TimeSpan deadline,
    TimeProvider time,
    ILogger log
)
{
    /// <summary>Waits for the end of a drain that has begun; once <paramref name="stopped"/> has completed, for
    /// nothing. Afterwards no new sessions are taken in either case.</summary>
    public async Task RunAsync(IMediaNode node, Task stopped)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(stopped);
        if (!stopped.IsCompleted)
        {
            LogDraining(log, deadline.TotalSeconds);
            node.Calls?.GoAway(deadline);
            var left = await Drain.WaitAsync(node, deadline, stopped, time);
            LogDrained(log, left);
        }

        state.Begin();
    }

    [LoggerMessage(
        8000,
        LogLevel.Information,
        "Draining: no new sessions; the others have {Seconds} seconds."
    )]
    private static partial void LogDraining(ILogger log, double seconds);

    [LoggerMessage(8001, LogLevel.Information, "Drained; {Left} sessions are ended now.")]
    private static partial void LogDrained(ILogger log, int left);
}
