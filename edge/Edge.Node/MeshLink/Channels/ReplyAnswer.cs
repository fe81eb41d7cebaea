namespace Edge.Node.MeshLink.Channels;

/// <summary>Whether a reader may reply.</summary>
internal sealed record ReplyAnswer
{
    /// <summary>The name of a <see cref="Control.Contract.Calls.CallsErrorCode"/>; null for none.</summary>
    public string? Error { get; init; }

    /// <summary>The sentence that goes with it.</summary>
    public string? Description { get; init; }

    /// <summary>What its replies are sent with.</summary>
    public ulong Grant { get; init; }
}
