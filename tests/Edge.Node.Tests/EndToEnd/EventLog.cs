using System.Collections.Concurrent;
using Control.Contract.Calls;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>Reads the events of the app of the tests from its making on, and keeps them.</summary>
internal sealed class EventLog : IAsyncDisposable
{
    private readonly CancellationTokenSource _enough = new();
    private readonly ConcurrentQueue<CallsEvent> _events = new();
    private readonly Task _reading;

    /// <summary>Begins to read.</summary>
    /// <param name="node">Whose events.</param>
    /// <param name="sessionId">Only those of a session; null for all.</param>
    /// <param name="group">Only those of a group; null for all.</param>
    public EventLog(ICallsNode node, string? sessionId = null, string? group = null)
    {
        // The first step runs up to the registration of the reader, so nothing from here on is missed.
        _reading = ReadAsync(node, sessionId, group);
    }

    /// <summary>All so far, in their order.</summary>
    public IEnumerable<CallsEvent> All => _events;

    /// <summary>Those of a kind so far, in their order.</summary>
    public IEnumerable<CallsEvent> Of(CallsEventKind kind) =>
        _events.Where(each => each.Kind == kind);

    /// <summary>Those of a kind about a session.</summary>
    public IEnumerable<CallsEvent> Of(CallsEventKind kind, string sessionId) =>
        Of(kind).Where(each => string.Equals(each.SessionId, sessionId, StringComparison.Ordinal));

    /// <summary>How many of a kind there were.</summary>
    public int Count(CallsEventKind kind) => Of(kind).Count();

    public async ValueTask DisposeAsync()
    {
        await _enough.CancelAsync();
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _enough.Dispose();
    }

    private async Task ReadAsync(ICallsNode node, string? sessionId, string? group)
    {
        var request = new EventsRequest("app", sessionId, group);
        await foreach (var raised in await node.ReadEventsAsync(request, _enough.Token))
        {
            _events.Enqueue(raised);
        }
    }
}
