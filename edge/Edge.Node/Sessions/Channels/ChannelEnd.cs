namespace Edge.Node.Sessions.Channels;

/// <summary>One data channel at one client, which the server gave its id.</summary>
/// <remarks>Owner: the shard that drives the client's session, but for what is immutable.</remarks>
internal abstract class ChannelEnd(SessionChannels channels, ushort id)
{
    private bool _hasEnded;

    /// <summary>The client's channels, of which it is one.</summary>
    public SessionChannels Channels => channels;

    /// <summary>Its stream id at the client.</summary>
    public ushort Id => id;

    /// <summary>Whether it ended: nothing is taken from it or sent in it any more. Threads: any may read.</summary>
    public bool HasEnded
    {
        get => Volatile.Read(ref _hasEnded);
        set => Volatile.Write(ref _hasEnded, value);
    }
}
