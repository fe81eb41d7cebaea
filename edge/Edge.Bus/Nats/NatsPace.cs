namespace Edge.Bus.Nats;

/// <summary>Which server to try next, and when: soon after a loss, then ever later up to two seconds, never
/// all nodes at once.</summary>
/// <param name="urls">How many servers there are.</param>
internal sealed class NatsPace(int urls)
{
    // Chosen: a server that restarts is back in less than two seconds, and a thousand nodes that try it every
    // two are no load.
    private const int WaitMsMin = 100;
    private const int WaitMsMax = 2000;

    // A connection that lived for shorter was no success.
    private const long LifeMsMin = 5000;

    // Chosen: a line a minute while a server stays away.
    private const int TellEvery = 30;

    private long _connectedAtMs;

    /// <summary>The server to try.</summary>
    public int UrlIndex { get; private set; } = Random.Shared.Next(urls);

    /// <summary>Attempts in a row that came to nothing.</summary>
    public int Failures { get; private set; }

    /// <summary>Whether a failure is worth a line: the first, and then one now and again.</summary>
    public bool IsWorthTelling => Failures == 1 || Failures % TellEvery == 0;

    /// <summary>How long to wait before the next attempt.</summary>
    public TimeSpan Wait { get; private set; }

    /// <summary>There is a connection.</summary>
    public void NoteConnected() => _connectedAtMs = Environment.TickCount64;

    /// <summary>It has ended.</summary>
    public void NoteEnded(NatsLinkEnd end)
    {
        if (Environment.TickCount64 - _connectedAtMs >= LifeMsMin)
        {
            Failures = 0;
        }

        NoteFailed();
        if (end is NatsLinkEnd.Retired or NatsLinkEnd.Stopped)
        {
            Wait = TimeSpan.Zero;
        }
    }

    /// <summary>There was none.</summary>
    public void NoteFailed()
    {
        Failures++;
        UrlIndex = (UrlIndex + 1) % urls;
        var most = Math.Min(WaitMsMin << Math.Min(Failures - 1, 5), WaitMsMax);
        Wait = TimeSpan.FromMilliseconds(most * (1 + Random.Shared.NextDouble()) / 2);
    }
}
