using Control.Contract;

namespace Edge.Hosting.Lifetime;

/// <summary>Waits for the sessions of a node to end by themselves.</summary>
public static class Drain
{
    /// <summary>Chosen: a stop is felt at once, and a hundred looks a drain cost nothing.</summary>
    public static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>Waits until no session is left, the deadline has passed or
    /// <paramref name="stopped"/> completes; returns the number of sessions left.</summary>
    public static async Task<int> WaitAsync(
        IMediaNode node,
        TimeSpan deadline,
        Task stopped,
        TimeProvider time
    )
    {
        var start = time.GetTimestamp();
        while (true)
        {
            var report = node.Report();
            var count = report.Publishers + report.Players + report.Callers;
            var rest = deadline - time.GetElapsedTime(start);
            if (count == 0 || rest <= TimeSpan.Zero || stopped.IsCompleted)
            {
                return count;
            }

            var pause = rest < PollInterval ? rest : PollInterval;
            await Task.WhenAny(stopped, Task.Delay(pause, time));
        }
    }
}
