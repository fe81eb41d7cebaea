using Edge.Node.Sessions.Channels;
using Edge.Node.Shards.Connections;
using Edge.Primitives;

namespace Edge.Node.Shards;

/// <summary>The rings from one shard to another.</summary>
/// <remarks>Bounded: what does not fit is refused; the sender drops and counts it.</remarks>
internal sealed class ShardLink
{
    /// <summary>Ring places of one kind that all links into a shard share. Chosen: a replayed key frame
    /// of 1024 packets fits a link of a node of 8 shards, and the rings of 64 shards stay under 100 MB.</summary>
    private const int PlacesTotal = 8192;

    private const int PlacesMin = 64;
    private const int SignalPlaces = 256;

    /// <summary>Chosen: what a session says before it moves to the shard of its connection, and answers to checks of
    /// connections that are not the chosen path.</summary>
    private const int ReplyPlaces = 64;
    private const int DatagramPlacesMax = 512;
    private const int MediaPlacesMax = 4096;
    private const int MessagePlacesMax = 1024;

    /// <summary>Makes the rings of one link.</summary>
    /// <param name="shardCount">Shards of the node.</param>
    public ShardLink(int shardCount)
    {
        var places = Math.Max(PlacesMin, PlacesTotal / shardCount);
        Datagrams = new(Math.Min(places, DatagramPlacesMax));
        Media = new(Math.Min(places, MediaPlacesMax));
        Messages = new(Math.Min(places, MessagePlacesMax));
        Signals = new(SignalPlaces);
        Replies = new(ReplyPlaces);
    }

    /// <summary>Datagrams that arrived elsewhere than their session lives.</summary>
    public SpscRing<DatagramMessage> Datagrams { get; }

    /// <summary>Media for viewers of the other shard.</summary>
    public SpscRing<MediaMessage> Media { get; }

    /// <summary>Messages of data channels for clients of the other shard.</summary>
    public SpscRing<ChannelMessage> Messages { get; }

    /// <summary>Everything small.</summary>
    public SpscRing<SignalMessage> Signals { get; }

    /// <summary>What leaves by connections of the other shard.</summary>
    public SpscRing<ConnectionReply> Replies { get; }

    /// <summary>Whether the reading shard has nothing to do here.</summary>
    public bool IsEmpty =>
        Datagrams.IsEmpty
        && Media.IsEmpty
        && Messages.IsEmpty
        && Signals.IsEmpty
        && Replies.IsEmpty;
}
