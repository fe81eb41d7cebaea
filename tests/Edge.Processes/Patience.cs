namespace Edge.Processes;

/// <summary>Waits for conditions. Deadlines are generous: a loaded machine is slow, not broken.</summary>
public static class Patience
{
    /// <summary>Longest wait for anything that the tests expect. Chosen: ten times what the slowest step,
    /// a first start of Firefox, takes on an idle machine of two cores.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);

    /// <summary>Longest wait in Playwright's unit.</summary>
    public static float LongestMs => (float)Longest.TotalMilliseconds;

    /// <summary>Looks until what it sees is enough.</summary>
    /// <exception cref="TimeoutException">It never was; the message holds what was seen last.</exception>
    public static async Task<T> UntilAsync<T>(
        string expectation,
        Func<Task<T>> look,
        Func<T, bool> isEnough
    )
    {
        ArgumentNullException.ThrowIfNull(look);
        ArgumentNullException.ThrowIfNull(isEnough);
        using var limit = new CancellationTokenSource(Longest);
        while (true)
        {
            var seen = await look();
            if (isEnough(seen))
            {
                return seen;
            }

            if (limit.IsCancellationRequested)
            {
                throw new TimeoutException($"Not within {Longest}: {expectation}. Last: {seen}");
            }

            await Task.Delay(LookEvery);
        }
    }
}
