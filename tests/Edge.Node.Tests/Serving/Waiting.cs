using System.Diagnostics;
using System.Runtime.CompilerServices;
using Xunit;

namespace Edge.Node.Tests.Serving;

/// <summary>Waits for what other threads do.</summary>
internal static class Waiting
{
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
