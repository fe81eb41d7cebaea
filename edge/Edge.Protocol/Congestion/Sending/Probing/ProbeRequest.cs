using Edge.Primitives;

namespace Edge.Protocol.Congestion.Sending.Probing;

/// <summary>A test of the path: so much, at that rate, now.</summary>
/// <param name="Cluster">What the packets of it are marked with (<see cref="SentPacket.ProbeCluster"/>);
/// 1 to 255.</param>
/// <param name="Rate">The rate to send at, media included.</param>
/// <param name="Bytes">At least so much in all.</param>
/// <param name="Packets">At least so many packets. Those that are only padding are best no larger than
/// is left of <see cref="Bytes"/> for each: at a low rate five whole packets fill a queue.</param>
public readonly record struct ProbeRequest(ushort Cluster, Bitrate Rate, int Bytes, int Packets);
