using Edge.Primitives;

namespace Edge.Hosting.Discovery;

/// <summary>How old what is known of the catalogue is, and when that is worth a word. Threads: one at a time.</summary>
/// <param name="oldAfter"><see cref="ConsulTimes.OldAfter"/>.</param>
/// <param name="start">The time of the start, when nothing is known yet.</param>
internal sealed class CatalogueAge(TimeSpan oldAfter, Instant start)
{
    private Instant _last = start;
    private bool _isOld;

    /// <summary>Why it was not seen last time.</summary>
    public ConsulFault Fault { get; private set; }

    /// <summary>The catalogue was seen, complete.</summary>
    /// <returns>How old what was known had become, the first time after <see cref="FindOld"/> said so; else
    /// null.</returns>
    public TimeSpan? HandleSeen(Instant now)
    {
        TimeSpan? age = _isOld ? now - _last : null;
        _isOld = false;
        _last = now;
        Fault = ConsulFault.None;
        return age;
    }

    /// <summary>It was not.</summary>
    public void HandleFault(ConsulFault fault) => Fault = fault;

    /// <summary>How old it is, once when it has become old; else null.</summary>
    public TimeSpan? FindOld(Instant now)
    {
        if (_isOld || now - _last < oldAfter)
        {
            return null;
        }

        _isOld = true;
        return now - _last;
    }
}
