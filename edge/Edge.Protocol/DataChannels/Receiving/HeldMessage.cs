namespace Edge.Protocol.DataChannels.Receiving;

/// <summary>A whole ordered message that waits for those before it.</summary>
internal sealed class HeldMessage
{
    /// <summary>The message.</summary>
    public ReceivedItem Item;

    /// <summary>The next one of the stream.</summary>
    public HeldMessage? Next;
}
