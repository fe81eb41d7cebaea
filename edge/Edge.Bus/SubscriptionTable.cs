namespace Edge.Bus;

/// <summary>Finds the subscriptions that a subject matches: those without wildcards by one look-up, the others
/// one by one, since a process has few of them. Threads: any.</summary>
internal sealed class SubscriptionTable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, BusSubscription[]> _bySubject = new(StringComparer.Ordinal);
    private BusSubscription[] _withWildcard = [];

    /// <summary>Adds one.</summary>
    public void Add(BusSubscription subscription)
    {
        lock (_gate)
        {
            if (subscription.HasWildcard)
            {
                _withWildcard = [.. _withWildcard, subscription];
                return;
            }

            _bySubject[subscription.Pattern] = _bySubject.TryGetValue(
                subscription.Pattern,
                out var others
            )
                ? [.. others, subscription]
                : [subscription];
        }
    }

    /// <summary>Takes one out.</summary>
    /// <returns>False when it was not there.</returns>
    public bool Remove(BusSubscription subscription)
    {
        lock (_gate)
        {
            var before = subscription.HasWildcard
                ? _withWildcard
                : _bySubject.GetValueOrDefault(subscription.Pattern, []);
            var after = Array.FindAll(before, other => other != subscription);
            if (subscription.HasWildcard)
            {
                _withWildcard = after;
            }
            else if (after.Length > 0)
            {
                _bySubject[subscription.Pattern] = after;
            }
            else
            {
                _bySubject.Remove(subscription.Pattern);
            }

            return after.Length < before.Length;
        }
    }

    /// <summary>All of them.</summary>
    public IReadOnlyList<BusSubscription> All()
    {
        lock (_gate)
        {
            return [.. _bySubject.Values.SelectMany(some => some), .. _withWildcard];
        }
    }

    /// <summary>Posts a message to each that the subject matches.</summary>
    /// <returns>How many there are.</returns>
    public int Post(
        BusDispatcher dispatcher,
        string subject,
        ReadOnlySpan<byte> payload,
        string? replyTo
    )
    {
        BusSubscription[]? exact;
        BusSubscription[] withWildcard;
        lock (_gate)
        {
            _bySubject.TryGetValue(subject, out exact);
            withWildcard = _withWildcard;
        }

        var count = 0;
        foreach (var subscription in exact ?? [])
        {
            dispatcher.Post(subscription, subject, payload, replyTo);
            count++;
        }

        foreach (var subscription in withWildcard)
        {
            if (BusSubject.Matches(subscription.Pattern, subject))
            {
                dispatcher.Post(subscription, subject, payload, replyTo);
                count++;
            }
        }

        return count;
    }
}
