namespace Edge.Node.MeshLink.Channels;

/// <summary>Asks for the messages of a data channel; the answer waits for the channel. Whoever asks takes them
/// already when it asks.</summary>
/// <param name="AppId">The app.</param>
/// <param name="SessionId">The session that publishes it.</param>
/// <param name="Name">Its name there.</param>
/// <param name="Group">The group of who asks, if any.</param>
internal sealed record ChannelQuestion(string AppId, string SessionId, string Name, string? Group)
{
    /// <summary>The number of the PoP of the node that asks.</summary>
    public ushort Pop { get; init; }

    /// <summary>The number of the node that asks.</summary>
    public ushort Node { get; init; }

    /// <summary>Which life of its process this is.</summary>
    public ulong Life { get; init; }
}
