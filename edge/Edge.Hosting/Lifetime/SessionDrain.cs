using System.Diagnostics.CodeAnalysis;
using Control.Contract;
using Edge.Node.HandOver;
using Microsoft.Extensions.Logging;

namespace Edge.Hosting.Lifetime;

/// <summary>The end of a process that has sessions: they go on elsewhere, or are told and get time to end by themselves.</summary>
/// <param name="state">What says that no new sessions are taken, and for how long the others have time.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Where it is said.</param>
public sealed partial class SessionDrain(DrainState state, TimeProvider time, ILogger log)
{
    /// <summary>How long a node goes on that has given sessions away, for what is still on its way to it. Chosen: many
    /// times what anything takes within a PoP.</summary>
    private static readonly TimeSpan Aftermath = TimeSpan.FromSeconds(1);

    /// <summary>How much of the time that is left sessions have to go elsewhere. Chosen: those that cannot go are told while
    /// they still have time to make new ones.</summary>
    private const double GivingShare = 2.0 / 3;

    /// <summary>How long a hand-over that was cancelled is waited for, which has something to say yet.</summary>
    private static readonly TimeSpan CancelWithin = TimeSpan.FromSeconds(1);

    /// <summary>Where sessions can go. Default: nowhere.</summary>
    public IHandOver? HandOver { get; init; }

    /// <summary>How long routers have to send flows elsewhere before sessions go. Default: no time.</summary>
    public TimeSpan Withdraw { get; init; }

    /// <summary>Waits for the end of a drain that has begun; once <paramref name="stopped"/> has completed, for
    /// nothing. Afterwards no new sessions are taken in either case.</summary>
    /// <remarks>It returns by the deadline, whatever hangs that it calls.</remarks>
    public async Task RunAsync(IMediaNode node, Task stopped)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(stopped);
        if (!stopped.IsCompleted)
        {
            state.Begin();
            LogDraining(log, state.Left.TotalSeconds);
            HandOver?.Leave();
            var drain = new Drain(state, stopped, time);
            var moved = await HandOverAsync(node, drain);
            if (Drain.CountSessions(node) > 0)
            {
                // Only those that could not go on elsewhere are here still.
                node.Calls?.GoAway(state.Left);
            }

            var left = await drain.WaitForSessionsAsync(node);
            if (moved > 0)
            {
                await drain.WaitAsync(Aftermath);
            }

            LogDrained(log, left);
        }

        state.Begin();
    }

    /// <summary>Gives sessions to other nodes; returns how many went.</summary>
    private async Task<int> HandOverAsync(IMediaNode node, Drain drain)
    {
        if (HandOver is not { HasOthers: true } handOver || Drain.CountSessions(node) == 0)
        {
            return 0;
        }

        await drain.WaitAsync(Withdraw);
        if (drain.IsOver)
        {
            return 0;
        }

        var within = state.Left * GivingShare;
        using var cancellation = new CancellationTokenSource();
        var going = GiveAsync(handOver, within, cancellation.Token);
        if (!await drain.WaitForAsync(going, within))
        {
            await cancellation.CancelAsync();
            if (!await drain.WaitForAsync(going, CancelWithin))
            {
                // What hangs is left behind: the process ends with it.
                LogHanging(log);
                return 0;
            }
        }

        var outcome = await going;
        LogHandedOver(log, outcome.Moved, outcome.Lost, outcome.Left);
        return outcome.Moved;
    }

    [SuppressMessage(
        "Design",
        "CA1031",
        Justification = "An error of ours leaves the sessions where they are: the drain goes on as one without anybody to take them."
    )]
    private async Task<HandOverOutcome> GiveAsync(
        IHandOver handOver,
        TimeSpan within,
        CancellationToken cancellation
    )
    {
        try
        {
            // Not on this thread: what it does before it first waits may hang as well.
            return await Task.Run(
                async () => await handOver.HandOverAsync(within, cancellation),
                CancellationToken.None
            );
        }
        catch (Exception error)
        {
            LogFailed(log, error);
            return default;
        }
    }

    [LoggerMessage(
        8000,
        LogLevel.Information,
        "Draining: no new sessions; the others have {Seconds} seconds."
    )]
    private static partial void LogDraining(ILogger log, double seconds);

    [LoggerMessage(8001, LogLevel.Information, "Drained; {Left} sessions are ended now.")]
    private static partial void LogDrained(ILogger log, int left);

    [LoggerMessage(
        8002,
        LogLevel.Information,
        "{Moved} sessions go on at other nodes; {Lost} were lost on the way, {Left} are here still."
    )]
    private static partial void LogHandedOver(ILogger log, int moved, int lost, int left);

    [LoggerMessage(8003, LogLevel.Warning, "Handing over the sessions took longer than there was.")]
    private static partial void LogHanging(ILogger log);

    [LoggerMessage(8004, LogLevel.Error, "Handing over the sessions failed.")]
    private static partial void LogFailed(ILogger log, Exception error);
}
