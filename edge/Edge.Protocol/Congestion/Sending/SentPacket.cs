namespace Edge.Protocol.Congestion.Sending;

/// <summary>What is remembered of a packet that leaves.</summary>
/// <param name="Bytes">Its size on the network, IP and UDP headers left out or in, but always alike.</param>
/// <param name="Kind">Why it was sent.</param>
/// <param name="ProbeCluster">The probe it is part of (<see cref="Probing.ProbeRequest.Cluster"/>);
/// 0 for none.</param>
public readonly record struct SentPacket(
    int Bytes,
    SentPacketKind Kind = SentPacketKind.Media,
    ushort ProbeCluster = 0
);
