namespace Edge.Node.Shards;

/// <summary>What one shard tells another beside packets.</summary>
internal enum SignalKind : byte
{
    /// <summary>To a shard that receives a flow: hand it to the session's owner.</summary>
    RouteAdded,

    /// <summary>To the publisher's shard: viewers need a key frame of a layer.</summary>
    KeyFrameWanted,

    /// <summary>To shards with viewers: a sender report tied timestamps to wall time.</summary>
    SenderReport,

    /// <summary>To shards with viewers: something was said of a layer.</summary>
    LayerWord,
}
