using Control.Contract;

namespace Edge.Hosting.Lifetime;

/// <summary>Waits within a drain: none of it lasts longer than the drain, whose deadline may become earlier meanwhile.</summary>
/// <param name="state">The drain, which has begun.</param>
/// <param name="stopped">Completes when the process is to end at once.</param>
/// <param name="time">The clock.</param>
public sealed class Drain(DrainState state, Task stopped, TimeProvider time)
{
    /// <summary>Chosen: a stop is felt at once, and a hundred looks a drain cost nothing.</summary>
    public static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    private static readonly Task Never = new TaskCompletionSource().Task;

    /// <summary>Whether the time is over, or the process is to end.</summary>
    public bool IsOver => stopped.IsCompleted || state.Left <= TimeSpan.Zero;

    /// <summary>Sessions of a node.</summary>
    public static int CountSessions(IMediaNode node)
    {
        ArgumentNullException.ThrowIfNull(node);
        var report = node.Report();
        return report.Publishers + report.Players + report.Callers;
    }

    /// <summary>Waits until no session of a node is left; returns how many are.</summary>
    public async Task<int> WaitForSessionsAsync(IMediaNode node)
    {
        while (true)
        {
            var count = CountSessions(node);
            if (count == 0 || IsOver)
            {
                return count;
            }

            await PauseAsync(PollInterval);
        }
    }

    /// <summary>Waits until a task has completed, however, or for so long; whether it has.</summary>
    public async Task<bool> WaitForAsync(Task task, TimeSpan longest)
    {
        var start = time.GetTimestamp();
        while (!task.IsCompleted)
        {
            var left = longest - time.GetElapsedTime(start);
            if (left <= TimeSpan.Zero || IsOver)
            {
                return false;
            }

            await Task.WhenAny(task, PauseAsync(left < PollInterval ? left : PollInterval));
        }

        return true;
    }

    /// <summary>Waits for so long.</summary>
    public Task WaitAsync(TimeSpan pause) => WaitForAsync(Never, pause);

    private async Task PauseAsync(TimeSpan longest)
    {
        var left = state.Left;
        await Task.WhenAny(stopped, Task.Delay(left < longest ? left : longest, time));
    }
}
