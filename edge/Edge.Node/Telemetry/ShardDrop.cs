namespace Edge.Node.Telemetry;

/// <summary>Why a shard dropped a datagram, packet or message before or after its session saw it.</summary>
internal enum ShardDrop : byte
{
    /// <summary>Longer than a packet slot.</summary>
    Oversized,

    /// <summary>Not STUN, from an address that no session has validated (rule R1).</summary>
    UnknownSource,

    /// <summary>STUN for no session of this node.</summary>
    UnknownSession,

    /// <summary>No free packet slot.</summary>
    NoSlot,

    /// <summary>A packet of a track for which there is no room on this shard.</summary>
    ReplicasFull,

    /// <summary>The ring to the session's shard is full.</summary>
    DatagramRingFull,

    /// <summary>The ring to a viewer's shard is full.</summary>
    MediaRingFull,

    /// <summary>The ring for small messages is full.</summary>
    SignalRingFull,

    /// <summary>The kernel had no room, or refused the destination.</summary>
    SendRefused,

    /// <summary>A data-channel message for a client that does not keep up.</summary>
    ReaderTooSlow,

    /// <summary>A data-channel message longer than its client takes.</summary>
    MessageTooLong,

    /// <summary>A data-channel message that nobody reads.</summary>
    MessageUnwanted,

    /// <summary>The ring to the mesh is full.</summary>
    MeshRingFull,

    /// <summary>Too many frames of other nodes wait.</summary>
    FramesFull,

    /// <summary>Too many messages of data channels of other nodes wait.</summary>
    MessagesFull,

    /// <summary>A frame or message of another node that makes no sense.</summary>
    FrameMalformed,

    /// <summary>A frame of another node that was seen before, came too late, or is of a former source.</summary>
    FrameOld,

    /// <summary>At the port for what nodes pass on to each other, but nothing that a node of the PoP wrote.</summary>
    HopMalformed,

    /// <summary>Passed on by another node, for no session of this one.</summary>
    HopUnknown,

    /// <summary>What another node said of flows, or of sessions that it took over, makes no sense.</summary>
    FlowsMalformed,

    /// <summary>For a session of another PoP, to which there is no way, or of too many that are.</summary>
    OtherPop,

    /// <summary>More than a flow, or all flows, may send to other PoPs.</summary>
    CrossingTooMuch,

    /// <summary>On its way between PoPs, of which too much waits.</summary>
    CrossingFull,

    /// <summary>What another PoP says of a flow makes no sense.</summary>
    CrossingMalformed,

    /// <summary>Sent by another PoP, for no session of this node.</summary>
    CrossingUnknown,

    /// <summary>STUN for a session of a node that is not among those of the PoP.</summary>
    OwnerGone,

    /// <summary>A TCP connection of which there were too many, or on which no client of a session spoke in
    /// time.</summary>
    ConnectionRefused,

    /// <summary>A packet for a client whose TCP connection takes less than it is sent.</summary>
    ConnectionSlow,

    /// <summary>A packet for a client whose TCP connection is over.</summary>
    ConnectionGone,

    /// <summary>For a session on its way to another node, for which too much waits, or which was taken by none.</summary>
    HeldTooLong,

    /// <summary>Of a handshake, while more of them wait than may.</summary>
    HandshakesFull,
}
