using Edge.Bus;

namespace Edge.Node.Steering;

/// <summary>Subscriptions that end together.</summary>
internal sealed class Subscriptions : IDisposable
{
    private readonly List<IDisposable> _all = [];

    /// <summary>Takes messages of a subject on each of some buses.</summary>
    public static Subscriptions OnEach(
        IEnumerable<IBus> buses,
        string pattern,
        Func<IBus, BusHandler> handler
    )
    {
        var subscriptions = new Subscriptions();
        foreach (var bus in buses)
        {
            subscriptions._all.Add(bus.Subscribe(pattern, handler(bus)));
        }

        return subscriptions;
    }

    /// <summary>Takes what the other nodes of the PoP say by a subject, and has all be said to who has heard of nothing: who begins
    /// to listen. That is later than that it is connected, by more or less, and nothing that is said in between is heard.</summary>
    /// <param name="options">How the node is one of the PoP.</param>
    /// <param name="subject">The subject.</param>
    /// <param name="hear">Takes a message.</param>
    /// <param name="tellAll">Has all be said soon; does not wait.</param>
    public static Subscriptions InPop(
        SteeringOptions options,
        string subject,
        BusHandler hear,
        Action tellAll
    ) =>
        new Subscriptions()
            .With(options.WatchListeners(subject, tellAll))
            .With(options.Bus.Subscribe(subject, hear));

    /// <summary>Ends another one with this.</summary>
    public Subscriptions With(IDisposable other)
    {
        _all.Add(other);
        return this;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var subscription in _all)
        {
            subscription.Dispose();
        }
    }
}
