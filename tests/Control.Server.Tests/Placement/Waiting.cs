using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Control.Server.Tests.Placement;

/// <summary>Waits for what other threads do.</summary>
internal static class Waiting
{
    /// <summary>The same for a test that does not wait otherwise.</summary>
    public static void Until(
        Func<bool> condition,
        double within = 10,
        [CallerArgumentExpression(nameof(condition))] string text = ""
    ) => UntilAsync(condition, within, text).GetAwaiter().GetResult();

    /// <summary>Looks again and again, until a condition holds; fails after a time.</summary>
    public static async Task UntilAsync(
        Func<bool> condition,
        double within = 10,
        [CallerArgumentExpression(nameof(condition))] string text = ""
    )
    {
        var begin = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(
                Stopwatch.GetElapsedTime(begin).TotalSeconds < within,
                $"After {within} s there is still not: {text}"
            );
            await Task.Delay(5);
        }
    }
}
