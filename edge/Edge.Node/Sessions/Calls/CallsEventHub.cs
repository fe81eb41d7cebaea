using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Control.Contract.Calls;

namespace Edge.Node.Sessions.Calls;

/// <summary>Tells readers what happens in their app.</summary>
/// <remarks>
/// Bounded: <see cref="BacklogMax"/> events a reader, the oldest are dropped and their missing sequence
/// numbers say so. Threads: any; one lock, never taken on the packet path.
/// </remarks>
internal sealed class CallsEventHub
{
    /// <summary>Events kept for a reader that is slow.</summary>
    public const int BacklogMax = 256;

    private readonly Dictionary<string, AppReaders> _apps = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    /// <summary>Tells the readers of an app; without readers nothing is kept or counted.</summary>
    public void Raise(string appId, Func<long, CallsEvent> create)
    {
        lock (_lock)
        {
            if (!_apps.TryGetValue(appId, out var app))
            {
                return;
            }

            var raised = create(++app.Sequence);
            foreach (var reader in app.Readers)
            {
                if (
                    reader.SessionId is null
                    || string.Equals(reader.SessionId, raised.SessionId, StringComparison.Ordinal)
                )
                {
                    reader.Channel.Writer.TryWrite(raised);
                }
            }
        }
    }

    /// <summary>What happens from now on, until cancelled.</summary>
    public async IAsyncEnumerable<CallsEvent> ReadAsync(
        string appId,
        string? sessionId,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        var reader = new Reader(
            sessionId,
            Channel.CreateBounded<CallsEvent>(
                new BoundedChannelOptions(BacklogMax)
                {
                    FullMode = BoundedChannelFullMode.DropOldest,
                    SingleReader = true,
                }
            )
        );
        Add(appId, reader);
        try
        {
            await foreach (var raised in reader.Channel.Reader.ReadAllAsync(cancellation))
            {
                yield return raised;
            }
        }
        finally
        {
            Remove(appId, reader);
        }
    }

    private void Add(string appId, Reader reader)
    {
        lock (_lock)
        {
            if (!_apps.TryGetValue(appId, out var app))
            {
                app = new AppReaders();
                _apps.Add(appId, app);
            }

            app.Readers.Add(reader);
        }
    }

    private void Remove(string appId, Reader reader)
    {
        lock (_lock)
        {
            if (
                _apps.TryGetValue(appId, out var app)
                && app.Readers.Remove(reader)
                && app.Readers.Count == 0
            )
            {
                _apps.Remove(appId);
            }
        }
    }

    private sealed record Reader(string? SessionId, Channel<CallsEvent> Channel);

    private sealed class AppReaders
    {
        public List<Reader> Readers { get; } = [];

        public long Sequence { get; set; }
    }
}
