using Microsoft.Extensions.Logging;

namespace Edge.Bus;

/// <summary>Who wants to know that another process begins to listen to a subject. Threads: any.</summary>
/// <param name="logger">Where faults of handlers go.</param>
internal sealed partial class ListenerWatches(ILogger logger)
{
    private readonly Lock _changing = new();
    private volatile Watch[] _all = [];

    /// <summary>Adds one, until disposed.</summary>
    public IDisposable Add(string subject, Action handler)
    {
        var watch = new Watch(this, subject, handler);
        lock (_changing)
        {
            _all = [.. _all, watch];
        }

        return watch;
    }

    /// <summary>Tells all whose subject a pattern covers that another process has subscribed.</summary>
    public void Note(string pattern)
    {
        foreach (var watch in _all)
        {
            if (BusSubject.Matches(pattern, watch.Subject))
            {
                Tell(watch);
            }
        }
    }

    private void Tell(Watch watch)
    {
        try
        {
            watch.Handle();
        }
        catch (Exception error) // A watcher's fault is not that of who begins to listen.
        {
            LogFault(logger, watch.Subject, error);
        }
    }

    private void Remove(Watch watch)
    {
        lock (_changing)
        {
            _all = Array.FindAll(_all, other => other != watch);
        }
    }

    [LoggerMessage(7800, LogLevel.Error, "Whoever watches who listens to {Subject} has thrown.")]
    private static partial void LogFault(ILogger logger, string subject, Exception error);

    private sealed class Watch(ListenerWatches all, string subject, Action handler) : IDisposable
    {
        public string Subject => subject;

        public void Handle() => handler();

        public void Dispose() => all.Remove(this);
    }
}
