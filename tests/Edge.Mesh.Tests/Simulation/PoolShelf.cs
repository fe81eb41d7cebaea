using System.Collections.Concurrent;
using Edge.Primitives;

namespace Edge.Mesh.Tests.Simulation;

/// <summary>Packet pools that are used again: making one costs megabytes, and a scenario of many seeds makes
/// thousands.</summary>
/// <remarks>Threads: any. A pool comes back only when all its slots are free.</remarks>
internal static class PoolShelf
{
    private static readonly ConcurrentBag<PacketPool> Pools = [];

    public static PacketPool Take(int slots)
    {
        var others = new List<PacketPool>();
        PacketPool? found = null;
        while (found is null && Pools.TryTake(out var pool))
        {
            if (pool.Slots == slots)
            {
                found = pool;
            }
            else
            {
                others.Add(pool);
            }
        }

        foreach (var other in others)
        {
            Pools.Add(other);
        }

        return found ?? new PacketPool(0, slots);
    }

    public static void Return(PacketPool pool) => Pools.Add(pool);
}
