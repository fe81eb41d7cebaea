using System.Collections.Concurrent;
using Edge.Node.HandOver.Desk;

namespace Edge.Node.Tests.HandOver.Desk;

/// <summary>Takes what a test wants it to.</summary>
internal sealed class ScriptedTaker : IHandOverTaker
{
    /// <summary>What it says of itself.</summary>
    public HandOverOffer Offer { get; set; } = new(WouldTake: true, Sessions: 100);

    /// <summary>What becomes of a group; default: taken.</summary>
    public Func<
        ReadOnlyMemory<byte>,
        CancellationToken,
        ValueTask<HandOverRefusal?>
    > Take { get; set; } = static (_, _) => new((HandOverRefusal?)null);

    /// <summary>Copies of the groups that came, in their order.</summary>
    public ConcurrentQueue<byte[]> Groups { get; } = new();

    /// <summary>The memory in which the last one came.</summary>
    public ReadOnlyMemory<byte> Borrowed { get; private set; }

    /// <inheritdoc/>
    public HandOverOffer Consider() => Offer;

    /// <inheritdoc/>
    public ValueTask<HandOverRefusal?> TakeAsync(
        ReadOnlyMemory<byte> group,
        CancellationToken cancellation
    )
    {
        Groups.Enqueue(group.ToArray());
        Borrowed = group;
        return Take(group, cancellation);
    }
}
