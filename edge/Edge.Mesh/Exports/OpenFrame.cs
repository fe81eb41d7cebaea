using System.Runtime.InteropServices;
using Edge.Primitives;

namespace Edge.Mesh.Exports;

/// <summary>Packets of one layer that leave together.</summary>
internal sealed class OpenFrame
{
    /// <summary>Bytes from which a frame leaves. Chosen: one key frame's worth of packets in few messages,
    /// and half of what one message may have.</summary>
    private const int BytesFull = 24 * 1024;

    /// <summary>How long a picture's packets wait for its last one. Chosen: browsers spread a picture over
    /// 5 ms; a decoder needs all of it, so that waiting costs a whole picture nothing, and the bound
    /// only harms one whose last packet was lost.</summary>
    private static readonly TimeSpan WaitMax = TimeSpan.FromMilliseconds(4);

    private readonly List<ExportedPacket> _packets = [];
    private int _bytes;

    /// <summary>The packets; valid until the next one comes.</summary>
    public ReadOnlySpan<ExportedPacket> Packets => CollectionsMarshal.AsSpan(_packets);

    /// <summary>Whether it is among those that wait.</summary>
    public bool IsListed { get; set; }

    /// <summary>When it leaves at the latest; never while it is empty.</summary>
    public Instant DueAt { get; private set; } = Instant.Never;

    /// <summary>Adds a packet; its claim is the frame's.</summary>
    /// <param name="packet">The packet.</param>
    /// <param name="waits">Whether more of the same picture is to be expected.</param>
    /// <param name="now">The time.</param>
    public void Add(in ExportedPacket packet, bool waits, Instant now)
    {
        if (_packets.Count == 0)
        {
            DueAt = now + WaitMax;
        }

        _packets.Add(packet);
        _bytes += packet.LengthBytes;
        if (!waits || _bytes >= BytesFull)
        {
            DueAt = now;
        }
    }

    /// <summary>Forgets the packets; their claims were given back.</summary>
    public void Clear()
    {
        _packets.Clear();
        _bytes = 0;
        DueAt = Instant.Never;
    }
}
