using Edge.Primitives;
using Edge.Wire.Sdp;

namespace Edge.Wire.Mesh;

/// <summary>The bounds of messages between nodes. Writers keep to them, readers refuse what does not.</summary>
public static class MeshLimits
{
    /// <summary>The version that is written and the only one that is read. What is only appended to an
    /// array does not change it.</summary>
    public const byte Version = 1;

    /// <summary>Most bytes of a frame of media. Chosen: 36 packets of the longest kind, which are half of
    /// what a shard takes from its socket at a time; more would wait for no gain, since the cost of a
    /// message is already spread over dozens of packets. It is far below the 1 MiB that NATS takes.</summary>
    public const int FrameBytesMax = 60 * 1024;

    /// <summary>Most packets in a frame. Chosen: 240 bytes are left for each, twice a sound packet, so
    /// that only frames of unusually small packets meet this bound before the other.</summary>
    public const int FramePacketsMax = 256;

    /// <summary>Longest RTP packet: what a slot of the pool holds.</summary>
    public const int PacketBytesMax = PacketPool.SlotBytes;

    /// <summary>Most layers of a track. Chosen: twice what a track has today (four), so that a newer node
    /// may have more.</summary>
    public const int LayersMax = 8;

    /// <summary>Longest description of a track. Chosen: a format line of the 4096 characters that SDP may
    /// have, and as much again for two dozen extensions.</summary>
    public const int DescriptionBytesMax = 8 * 1024;

    /// <summary>Most header extensions of a track: as many as SDP may have in a section.</summary>
    public const int ExtensionsMax = SdpLimits.ExtensionsMax;

    /// <summary>Most tracks in a message of demand. Chosen: with 29 bytes for each it stays under
    /// <see cref="DemandBytesMax"/>, and a node that watches more says so in several messages.</summary>
    public const int DemandEntriesMax = 1000;

    /// <summary>Most bytes of a message of demand. Chosen: it goes out every two seconds for each pair of
    /// nodes and app, and must not hold up media on the same connection for long: 2.6 ms at 100 Mbit/s.</summary>
    public const int DemandBytesMax = 32 * 1024;

    /// <summary>Most bytes of a data channel's message that go at once; longer ones go in parts. Chosen: an
    /// eighth of the 1 MiB that a NATS server takes unless told otherwise, so that one with a stricter limit
    /// takes them as well and media waits 10 ms at most at 100 Mbit/s.</summary>
    public const int MessagePartBytesMax = 128 * 1024;

    /// <summary>Longest message of a data channel. Chosen: the most that a channel can be set to take, so
    /// that a length from the wire never makes a larger buffer.</summary>
    public const int MessageBytesMax = 2 * 1024 * 1024;
}
