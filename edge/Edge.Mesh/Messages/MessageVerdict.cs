namespace Edge.Mesh.Messages;

/// <summary>What to do with a part of a message of another node.</summary>
public enum MessageVerdict : byte
{
    /// <summary>Nothing: it was there before, cannot be put together any more, or carries nothing.</summary>
    Drop,

    /// <summary>Append it: more of the message is to come.</summary>
    Append,

    /// <summary>Append it: the message, or what ends the channel, is whole.</summary>
    Complete,
}
