namespace Edge.Node.Shards;

/// <summary>What became of the claim on a received datagram's slot.</summary>
internal enum SlotFate : byte
{
    /// <summary>Nobody else has one: the slot can be received into again.</summary>
    Kept,

    /// <summary>Others may have added claims: ours has to be given back.</summary>
    Shared,

    /// <summary>It went to another shard, or waits.</summary>
    Gone,
}
