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
