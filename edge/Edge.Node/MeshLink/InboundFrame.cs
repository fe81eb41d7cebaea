namespace Edge.Node.MeshLink;

/// <summary>A frame of another node on its way to the shard that takes it.</summary>
/// <param name="Track">What it is of.</param>
/// <param name="Buffer">Its bytes, rented; whoever takes it gives them back.</param>
/// <param name="Length">How many they are.</param>
internal readonly record struct InboundFrame(RemoteTrack Track, byte[] Buffer, int Length);
