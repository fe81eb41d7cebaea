using System.Threading.Channels;
using Control.Contract.Calls;

namespace Control.Server.Placement;

/// <summary>One who reads the events of a feed, numbered for it alone.</summary>
/// <remarks>Bounded: beyond <see cref="BacklogMax"/> the oldest are dropped, and their missing numbers say so.
/// Threads: under the feed's lock, but for <see cref="Events"/>.</remarks>
internal sealed class EventReader
{
    /// <summary>Events kept for a reader that is slow. Chosen: as many as a node keeps.</summary>
    public const int BacklogMax = 256;

    private readonly Channel<CallsEvent> _channel = Channel.CreateBounded<CallsEvent>(
        new BoundedChannelOptions(BacklogMax)
        {
            FullMode = BoundedChannelFullMode.DropOldest,
            SingleReader = true,
        }
    );
    private long _sequence;

    /// <summary>What is to be read.</summary>
    public ChannelReader<CallsEvent> Events => _channel.Reader;

    /// <summary>Adds an event.</summary>
    /// <param name="happened">The event.</param>
    /// <param name="lostCount">Events that were lost before it.</param>
    public void Write(CallsEvent happened, long lostCount)
    {
        _sequence += 1 + lostCount;
        _channel.Writer.TryWrite(happened with { Sequence = _sequence });
    }

    /// <summary>What there is to read where nothing ever happens.</summary>
    public static IAsyncEnumerable<CallsEvent> Empty()
    {
        var reader = new EventReader();
        reader.Complete();
        return reader.Events.ReadAllAsync(CancellationToken.None);
    }

    /// <summary>Nothing follows.</summary>
    public void Complete() => _channel.Writer.TryComplete();
}
