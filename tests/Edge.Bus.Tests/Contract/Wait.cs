using System.Diagnostics;
using Edge.Processes;

namespace Edge.Bus.Tests.Contract;

/// <summary>Waits for what comes from another thread.</summary>
internal static class Wait
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(5);

    /// <summary>Waits until a condition holds.</summary>
    /// <returns>False when it never did.</returns>
    public static async Task<bool> ForAsync(Func<bool> condition)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            if (watch.Elapsed > Patience.Longest)
            {
                return false;
            }

            await Task.Delay(LookEvery);
        }

        return true;
    }
}
