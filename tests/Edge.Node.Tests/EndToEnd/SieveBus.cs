using System.Collections.Concurrent;
using Edge.Bus;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>A bus that loses what a test wants lost, and counts what is published.</summary>
internal sealed class SieveBus(IBus bus) : IBus
{
    private readonly ConcurrentQueue<(string Subject, int Bytes)> _published = new();
    private volatile Func<string, bool> _loses = static _ => false;

    /// <summary>Which subjects' messages are lost on their way, as nobody notices who publishes them.</summary>
    public Func<string, bool> Loses
    {
        set => _loses = value;
    }

    public bool IsConnected => bus.IsConnected;

    public int PayloadBytesMax => bus.PayloadBytesMax;

    public BusStats Stats => bus.Stats;

    /// <summary>What was published under subjects that begin with a token.</summary>
    public IEnumerable<int> Published(string token) =>
        _published
            .Where(each => each.Subject.StartsWith($"{token}.", StringComparison.Ordinal))
            .Select(each => each.Bytes);

    public bool TryPublish(string subject, ReadOnlySpan<byte> payload, string? replyTo = null)
    {
        if (_loses(subject))
        {
            return true;
        }

        _published.Enqueue((subject, payload.Length));
        return bus.TryPublish(subject, payload, replyTo);
    }

    public IDisposable Subscribe(string pattern, BusHandler handler) =>
        bus.Subscribe(pattern, handler);

    public ValueTask<BusReply> RequestAsync(
        string subject,
        ReadOnlyMemory<byte> payload,
        TimeSpan within,
        CancellationToken cancellation
    ) => bus.RequestAsync(subject, payload, within, cancellation);

    public string CreateInbox() => bus.CreateInbox();

    public IDisposable WatchConnection(Action<bool> handler) => bus.WatchConnection(handler);

    public ValueTask DisposeAsync() => bus.DisposeAsync();
}
