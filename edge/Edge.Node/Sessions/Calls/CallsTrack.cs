namespace Edge.Node.Sessions.Calls;

/// <summary>A track that a session publishes under a name: what others pull.</summary>
/// <remarks>Threads: immutable but for <see cref="Published"/>.</remarks>
internal sealed class CallsTrack(CallsSession session, string name, string mid, StreamTrack stream)
{
    /// <summary>Who publishes it.</summary>
    public CallsSession Session => session;

    /// <summary>Its name, unique in its session.</summary>
    public string Name => name;

    /// <summary>The section it comes in.</summary>
    public string Mid => mid;

    /// <summary>What its viewers are attached to.</summary>
    public StreamTrack Stream => stream;

    /// <summary>Its receiving end; null before it began and after it ended. Threads: the session's shard.</summary>
    public PublishedTrack? Published { get; set; }
}
