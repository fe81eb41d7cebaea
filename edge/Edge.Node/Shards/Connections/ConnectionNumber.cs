using Edge.Primitives;

namespace Edge.Node.Shards.Connections;

/// <summary>The number of a client's TCP connection: whose it is and where to find it, in 32 bits.</summary>
/// <remarks>
/// Shape: shard (6 bits), slot in its table (12), generation of the slot (14, never 0, so that no number
/// is 0). A number of a connection that is over names none until its slot was used 16 383 times again.
/// </remarks>
internal static class ConnectionNumber
{
    /// <summary>Most connections of a shard.</summary>
    public const int SlotsMax = 1 << SlotBits;

    /// <summary>The last generation; the first follows.</summary>
    public const uint GenerationMax = (1u << GenerationBits) - 1;

    /// <summary>A number that no connection ever has: its generation is 0.</summary>
    public const uint Nobodys = 1u << GenerationBits;

    private const int SlotBits = 12;
    private const int GenerationBits = 14;
    private const int ShardShift = SlotBits + GenerationBits;

    /// <summary>Makes a number.</summary>
    public static uint Compose(int shard, int slot, uint generation) =>
        unchecked(((uint)shard << ShardShift) | ((uint)slot << GenerationBits) | generation);

    /// <summary>The shard that owns the connection.</summary>
    [HotPath]
    public static int ShardOf(uint number) => (int)(number >> ShardShift);

    /// <summary>Its place in that shard's table.</summary>
    [HotPath]
    public static int SlotOf(uint number) => (int)(number >> GenerationBits) & (SlotsMax - 1);
}
