using System.Collections.Concurrent;
using Edge.Bus;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>A bus that loses what a test wants lost, and counts what is published.</summary>
internal sealed class SieveBus(IBus bus) : PassingBus(bus)
{
    private readonly ConcurrentQueue<(string Subject, int Bytes)> _published = new();
    private volatile Func<string, bool> _loses = static _ => false;

    /// <summary>Which subjects' messages are lost on their way, as nobody notices who publishes them.</summary>
    public Func<string, bool> Loses
    {
        set => _loses = value;
    }

    /// <summary>What was published under subjects that begin with a token.</summary>
    public IEnumerable<int> Published(string token) =>
        _published
            .Where(each => each.Subject.StartsWith($"{token}.", StringComparison.Ordinal))
            .Select(each => each.Bytes);

    public override bool TryPublish(
        string subject,
        ReadOnlySpan<byte> payload,
        string? replyTo = null
    )
    {
        if (_loses(subject))
        {
            return true;
        }

        _published.Enqueue((subject, payload.Length));
        return base.TryPublish(subject, payload, replyTo);
    }
}
