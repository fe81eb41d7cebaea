namespace Edge.Node.Sessions;

/// <summary>Who says something of a layer.</summary>
internal enum LayerSpeaker : byte
{
    /// <summary>Nobody has.</summary>
    Nobody,

    /// <summary>Its publisher.</summary>
    Publisher,

    /// <summary>The node that takes its packets.</summary>
    Node,
}
