namespace Edge.Node.Shards;

/// <summary>All links between the shards of a node, one for each ordered pair.</summary>
internal sealed class ShardMesh
{
    /// <summary>Most shards of a node: a set of shards is one 64-bit word.</summary>
    public const int ShardsMax = 64;

    private readonly ShardLink?[] _links;

    /// <summary>Makes the links.</summary>
    public ShardMesh(int shardCount)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(shardCount);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(shardCount, ShardsMax);
        ShardCount = shardCount;
        _links = new ShardLink?[shardCount * shardCount];
        for (var from = 0; from < shardCount; from++)
        {
            for (var to = 0; to < shardCount; to++)
            {
                _links[(from * shardCount) + to] = from == to ? null : new ShardLink(shardCount);
            }
        }
    }

    /// <summary>How many shards the node has.</summary>
    public int ShardCount { get; }

    /// <summary>The link between two different shards.</summary>
    public ShardLink Link(int from, int to) => _links[(from * ShardCount) + to]!;
}
