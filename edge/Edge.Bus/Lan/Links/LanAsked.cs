namespace Edge.Bus.Lan.Links;

/// <summary>Whom each request was sent to, so that it need not wait for peers that are gone or have nobody to
/// answer. Threads: any.</summary>
internal sealed class LanAsked(PendingRequests requests)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Asked> _byReplyTo = new(StringComparer.Ordinal);

    /// <summary>A request is about to be sent.</summary>
    /// <param name="replyTo">Where its answer comes.</param>
    /// <param name="connections">Whom it goes to.</param>
    /// <param name="isOwn">Whether this process may answer as well.</param>
    internal void Add(string replyTo, List<LanConnection> connections, bool isOwn)
    {
        lock (_gate)
        {
            _byReplyTo.Add(replyTo, new([.. connections], isOwn));
        }
    }

    /// <summary>A request has ended.</summary>
    internal void Remove(string replyTo)
    {
        lock (_gate)
        {
            _byReplyTo.Remove(replyTo);
        }
    }

    /// <summary>One of those asked will not answer.</summary>
    internal void HandleSilent(LanConnection connection, string replyTo, BusReplyStatus why)
    {
        lock (_gate)
        {
            if (_byReplyTo.TryGetValue(replyTo, out var asked))
            {
                Cross(connection, replyTo, asked, why);
            }
        }
    }

    /// <summary>A connection has ended: nobody asked over it will answer.</summary>
    internal void HandleEnded(LanConnection connection)
    {
        lock (_gate)
        {
            foreach (var (replyTo, asked) in _byReplyTo)
            {
                Cross(connection, replyTo, asked, BusReplyStatus.TimedOut);
            }
        }
    }

    private void Cross(LanConnection connection, string replyTo, Asked asked, BusReplyStatus why)
    {
        if (!asked.Waiting.Remove(connection))
        {
            return;
        }

        // What was sent and lost may have been done: only when nobody can have is that the answer.
        asked.IsLost |= why == BusReplyStatus.TimedOut;
        if (asked.Waiting.Count == 0 && !asked.IsOwn)
        {
            var status = asked.IsLost ? BusReplyStatus.TimedOut : why;
            requests.TryAnswer(replyTo, new(status, default));
        }
    }

    private sealed class Asked(List<LanConnection> waiting, bool isOwn)
    {
        internal List<LanConnection> Waiting { get; } = waiting;

        internal bool IsOwn { get; } = isOwn;

        internal bool IsLost { get; set; }
    }
}
