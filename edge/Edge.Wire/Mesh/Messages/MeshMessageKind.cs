namespace Edge.Wire.Mesh.Messages;

/// <summary>What is said of a data channel on its way between nodes.</summary>
public enum MeshMessageKind : byte
{
    /// <summary>A message, or a part of one.</summary>
    Message,

    /// <summary>The channel has ended. It has a number as messages do, so that what is missing before it is
    /// noticed.</summary>
    End,

    /// <summary>Nothing new: its number is that of the last message, 0 before the first.</summary>
    Position,
}
