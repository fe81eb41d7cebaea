namespace Edge.Node.Shards;

/// <summary>Bytes on their way to the shard that takes them, with what they are about.</summary>
/// <param name="About">What they are about.</param>
/// <param name="Buffer">The bytes, rented; whoever takes them gives them back.</param>
/// <param name="Length">How many they are.</param>
internal readonly record struct RentedBytes<T>(T About, byte[] Buffer, int Length);
