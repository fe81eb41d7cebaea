namespace Edge.Hosting.Lifetime;

/// <summary>Ways to tell that a part of a process has worked since one looked last.</summary>
public static class Pulse
{
    /// <summary>Of what counts its turns. Threads: of the function, one at a time.</summary>
    /// <param name="read">The count; any thread may ask.</param>
    /// <returns>Whether it is another one than at the last look; at the first one it is.</returns>
    public static Func<bool> OfCount(Func<long> read)
    {
        long? last = null;
        return () =>
        {
            var count = read();
            var hasMoved = count != last;
            last = count;
            return hasMoved;
        };
    }

    /// <summary>Of the threads that requests are served on: what was given to them at the last look has run since.
    /// Threads: of the function, one at a time.</summary>
    public static Func<bool> OfThreadPool()
    {
        var last = Task.CompletedTask;
        return () =>
        {
            if (!last.IsCompleted)
            {
                return false;
            }

            last = Task.Run(static () => { });
            return true;
        };
    }
}
