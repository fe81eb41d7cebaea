using Edge.Bus;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>A bus on which a message arrives just as its subscription ends, which then waits for the handler.</summary>
internal sealed class LastWordBus(IBus bus, string prefix) : PassingBus(bus)
{
    private static readonly TimeSpan StuckAfter = TimeSpan.FromSeconds(5);

    private volatile bool _hasHeard;
    private volatile bool _hasEnded;
    private volatile bool _hasStuck;

    /// <summary>Whether any message came.</summary>
    public bool HasHeard => _hasHeard;

    /// <summary>Whether a message came that late.</summary>
    public bool HasEnded => _hasEnded;

    /// <summary>Whether a handler could not end while its subscription did.</summary>
    public bool HasStuck => _hasStuck;

    public override IDisposable Subscribe(string pattern, BusHandler handler) =>
        pattern.StartsWith(prefix, StringComparison.Ordinal)
            ? new Ending(this, pattern, handler)
            : base.Subscribe(pattern, handler);

    private IDisposable Pass(string pattern, BusHandler handler) =>
        base.Subscribe(pattern, handler);

    private sealed class Ending : IDisposable
    {
        private readonly LastWordBus _owner;
        private readonly string _subject;
        private readonly BusHandler _handler;
        private readonly IDisposable _subscription;
        private byte[]? _last;

        public Ending(LastWordBus owner, string subject, BusHandler handler)
        {
            (_owner, _subject, _handler) = (owner, subject, handler);
            _subscription = owner.Pass(subject, Handle);
        }

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _last, null) is { } last)
            {
                var handling = Task.Run(() => _handler(new BusMessage(_subject, last, null)));
                _owner._hasStuck |= !handling.Wait(StuckAfter);
                _owner._hasEnded = true;
            }

            _subscription.Dispose();
        }

        private void Handle(BusMessage message)
        {
            Volatile.Write(ref _last, message.Payload.ToArray());
            _handler(message);
            _owner._hasHeard = true;
        }
    }
}
