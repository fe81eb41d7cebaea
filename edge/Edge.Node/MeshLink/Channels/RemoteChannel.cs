using Edge.Mesh.Demand;
using Edge.Node.Sessions.Channels;
using Edge.Wire.Mesh;

namespace Edge.Node.MeshLink.Channels;

/// <summary>A data channel of another node as this one reads it: its messages come to one shard, which passes
/// them on as a publisher's does.</summary>
/// <remarks>It lives while somebody reads it or is about to. Threads: its shard's, but for what is immutable or
/// marked "any".</remarks>
internal sealed class RemoteChannel : IChannelSource
{
    /// <summary>So far below zero that those who held it when it ended can let go of it.</summary>
    private const int Over = int.MinValue / 2;

    private readonly TaskCompletionSource<bool> _watched = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private readonly TaskCompletionSource _ended = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private ReadChannel? _replier;
    private ulong _generation;
    private ulong _acknowledged;
    private int _holds;
    private int _isListed;
    private int _owesAck;

    /// <summary>Makes one of which nothing is known but its name.</summary>
    /// <param name="token">Its name among nodes.</param>
    /// <param name="key">Whose it is.</param>
    /// <param name="shard">The shard that takes it.</param>
    /// <param name="budget">What may wait there of all such channels.</param>
    public RemoteChannel(in TrackToken token, in DemandKey key, int shard, ByteBudget budget)
    {
        Token = token;
        Key = key;
        OwnerShard = shard;
        Inbox = new MessageInbox(budget);
    }

    /// <summary>Its name among nodes. Threads: any.</summary>
    public TrackToken Token { get; }

    /// <summary>Whose it is. Threads: any.</summary>
    public DemandKey Key { get; }

    /// <inheritdoc/>
    public int OwnerShard { get; }

    /// <inheritdoc/>
    public List<ReadChannel> Readers { get; } = [];

    /// <inheritdoc/>
    public bool IsOver => Volatile.Read(ref _holds) < 0;

    /// <summary>What of its messages is on its way to other shards. Threads: any.</summary>
    public InFlightAccount InFlight { get; } = new();

    /// <summary>What came of it. Threads: the bus's adds.</summary>
    public MessageInbox Inbox { get; }

    /// <summary>Puts it in order; null before its owner has answered.</summary>
    public MessageAssembly? Feed { get; set; }

    /// <summary>One change of who replies at a time. Threads: any.</summary>
    public SemaphoreSlim ReplierGate { get; } = new(1, 1);

    /// <summary>Completes when what is published of it comes here; false when that cannot be. Threads: any.</summary>
    public Task<bool> WhenWatched => _watched.Task;

    /// <summary>Completes when it is over. Threads: any.</summary>
    public Task WhenOver => _ended.Task;

    /// <summary>Which life of the channel it is; 0 before its owner has answered. Threads: any.</summary>
    public ulong Generation => Volatile.Read(ref _generation);

    /// <summary>The number up to which messages are acknowledged. Threads: the shard sets it, the mesh reads it.</summary>
    public ulong Acknowledged
    {
        get => Volatile.Read(ref _acknowledged);
        set => Volatile.Write(ref _acknowledged, value);
    }

    /// <inheritdoc/>
    public bool IsReplier(ReadChannel reader) =>
        ReferenceEquals(Volatile.Read(ref _replier), reader);

    /// <summary>Its owner lets a reader of this node reply. Threads: any.</summary>
    public void LetReply(ReadChannel reader) => Volatile.Write(ref _replier, reader);

    /// <inheritdoc/>
    public bool TryStopReplies(ReadChannel reader) =>
        ReferenceEquals(Interlocked.CompareExchange(ref _replier, null, reader), reader);

    /// <summary>Says whether what is published of it comes here. Threads: any.</summary>
    public void NoteWatched(bool isWatched) => _watched.TrySetResult(isWatched);

    /// <summary>Notes which life of the channel it is; false when it is known to be another. Threads: any.</summary>
    /// <param name="generation">The life.</param>
    /// <param name="isFirst">Whether that was not known before.</param>
    public bool TryOpen(ulong generation, out bool isFirst)
    {
        var before = Interlocked.CompareExchange(ref _generation, generation, comparand: 0);
        isFirst = before == 0;
        return isFirst || before == generation;
    }

    /// <summary>Keeps it alive; false when it is over. Threads: any.</summary>
    public bool TryHold()
    {
        while (true)
        {
            var holds = Volatile.Read(ref _holds);
            if (holds < 0)
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref _holds, holds + 1, holds) == holds)
            {
                return true;
            }
        }
    }

    /// <summary>Lets go of it; true when it is to be looked whether anybody reads it. Threads: any.</summary>
    public bool Release() => Interlocked.Decrement(ref _holds) == 0;

    /// <summary>Ends it if nobody reads it or is about to; true when that ended it.</summary>
    public bool TryEndIdle() => Readers.Count == 0 && TryEnd(holds: 0);

    /// <summary>Ends it; true the first time. Threads: any.</summary>
    public bool TryEnd()
    {
        while (true)
        {
            var holds = Volatile.Read(ref _holds);
            if (holds < 0)
            {
                return false;
            }

            if (TryEnd(holds))
            {
                return true;
            }
        }
    }

    private bool TryEnd(int holds)
    {
        var hasEnded = Interlocked.CompareExchange(ref _holds, Over, holds) == holds;
        if (hasEnded)
        {
            _ended.TrySetResult();
        }

        return hasEnded;
    }

    /// <summary>Whether it has to be put into the list of those of which something came. Threads: any.</summary>
    public bool TryList() => Interlocked.Exchange(ref _isListed, 1) == 0;

    /// <summary>It is in no list any more.</summary>
    public void Unlist() => Interlocked.Exchange(ref _isListed, 0);

    /// <summary>Whether the mesh has to be told that there is something to acknowledge.</summary>
    public bool TryOweAck() => Interlocked.Exchange(ref _owesAck, 1) == 0;

    /// <summary>What is acknowledged is going to be said. Threads: the mesh's.</summary>
    public void PayAck() => Interlocked.Exchange(ref _owesAck, 0);
}
