namespace Edge.Node.MeshLink.Channels;

/// <summary>Asks for the right to reply in a data channel, or gives it back.</summary>
/// <param name="Token">The channel's name among nodes.</param>
/// <param name="Generation">Which life of the channel.</param>
/// <param name="Reader">A number that the reader has alone on its node.</param>
internal sealed record ReplyQuestion(string Token, ulong Generation, ulong Reader)
{
    /// <summary>The number of the PoP of the node that asks.</summary>
    public ushort Pop { get; init; }

    /// <summary>The number of the node that asks.</summary>
    public ushort Node { get; init; }

    /// <summary>Which life of its process this is.</summary>
    public ulong Life { get; init; }

    /// <summary>Whether the reader replies no more.</summary>
    public bool IsGivenBack { get; init; }
}
