using Edge.Mesh;
using Edge.Node.Sessions.Channels;
using Edge.Wire.Mesh;

namespace Edge.Node.MeshLink.Channels;

/// <summary>A data channel of this node that others may watch: what leaves of it, and who replies in it.</summary>
/// <remarks>Threads: the mesh's, but for what is immutable or marked "any".</remarks>
internal sealed class ExportedChannel
{
    private const int Watched = 1;
    private const int Missed = 2;

    private int _state;

    /// <summary>Makes one that nobody watches.</summary>
    /// <param name="token">Its name among nodes.</param>
    /// <param name="app">Its app, as a token of subjects.</param>
    /// <param name="channel">The channel.</param>
    /// <param name="generation">A number greater than that of all channels before.</param>
    /// <param name="last">The number of the last message, of one that comes from another node.</param>
    public ExportedChannel(
        in TrackToken token,
        string app,
        PublishedChannel channel,
        ulong generation,
        ulong last = 0
    )
    {
        Channel = channel;
        Outbox = new MessageOutbox(token, app, MeshSubjects.Data(app, token), generation, last);
        Replies = new MessageLane(channel);
    }

    /// <summary>The channel. Threads: any.</summary>
    public PublishedChannel Channel { get; }

    /// <summary>What leaves of it.</summary>
    public MessageOutbox Outbox { get; }

    /// <summary>From repliers of other nodes to the publisher.</summary>
    public MessageLane Replies { get; }

    /// <summary>Replies on their way to the publisher's shard. Threads: any.</summary>
    public InFlightAccount RepliesInFlight { get; } = new();

    /// <summary>The reader elsewhere that may reply; null when none may.</summary>
    public RemoteReplier? Replier { get; set; }

    /// <summary>Whether its messages go to the mesh. One that does not is noted, so that a node that comes back
    /// does not take it for one that never was. Threads: the channel's shard.</summary>
    public bool TakesMessages()
    {
        while (true)
        {
            var state = Volatile.Read(ref _state);
            if (state != 0 || Interlocked.CompareExchange(ref _state, Missed, comparand: 0) == 0)
            {
                return state == Watched;
            }
        }
    }

    /// <summary>Its messages go to the mesh from now on; whether some did not since nobody watched it.</summary>
    public bool Begin() => Interlocked.Exchange(ref _state, Watched) == Missed;

    /// <summary>Whether messages did not go to the mesh since nobody watches it.</summary>
    public bool HasMissed => Volatile.Read(ref _state) == Missed;

    /// <summary>Messages did not go to the mesh where it was before. Nobody watches it.</summary>
    public void NoteMissed() => Interlocked.CompareExchange(ref _state, Missed, comparand: 0);

    /// <summary>Nobody watches it any more.</summary>
    public void Pause() => Interlocked.CompareExchange(ref _state, 0, Watched);
}
