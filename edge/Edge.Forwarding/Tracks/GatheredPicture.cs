using Edge.Primitives;

namespace Edge.Forwarding.Tracks;

/// <summary>The packets of a picture that wait for its last one.</summary>
/// <remarks>Bounded: <see cref="PacketsMax"/>, in room that doubles when needed. Owner: the track has a claim on each.</remarks>
internal sealed class GatheredPicture
{
    /// <summary>Packets that wait at most. Chosen: a message of the kernel's for one viewer (64 datagrams, 64 KB) holds as
    /// many of a usual length; more only makes the first of them later.</summary>
    public const int PacketsMax = 48;

    private const int PacketsUsual = 6;

    /// <summary>The largest part of a packet that is padding. Chosen: 18 bytes of 1200 is more than encoders' parts differ
    /// by, and costs networks a percent where all need it.</summary>
    private const int PaddingPart = 64;

    private TrackPacket[] _packets = [];

    /// <summary>How many wait.</summary>
    public int Count { get; private set; }

    /// <summary>When they wait no longer.</summary>
    public Instant Until { get; private set; } = Instant.Never;

    /// <summary>Those that wait, as they came.</summary>
    public ReadOnlySpan<TrackPacket> Packets => _packets.AsSpan(0, Count);

    /// <summary>Whether no further one fits.</summary>
    public bool IsFull => Count == PacketsMax;

    /// <summary>Adds one.</summary>
    /// <param name="packet">The packet, with a claim on its slot.</param>
    /// <param name="until">When it waits no longer, if it is the first.</param>
    public void Add(in TrackPacket packet, Instant until)
    {
        if (Count == _packets.Length)
        {
            Array.Resize(ref _packets, Count == 0 ? PacketsUsual : Math.Min(2 * Count, PacketsMax));
        }

        Until = Count == 0 ? until : Until;
        _packets[Count++] = packet;
    }

    /// <summary>Whether a packet is of the same picture as those that wait.</summary>
    public bool IsSamePicture(in TrackPacket packet)
    {
        ref readonly var first = ref _packets[0];
        return packet.Timestamp == first.Timestamp
            && packet.SourceEpoch == first.SourceEpoch
            && Math.Abs(packet.ExtendedSequence - first.ExtendedSequence) < PacketsMax;
    }

    /// <summary>Makes its packets as long as the longest, where little is missing, so that they leave as one run: what an
    /// encoder cut into parts differs by some bytes. The last may be shorter.</summary>
    /// <param name="pools">The node's packet pools.</param>
    public void EvenOut(PacketPool[] pools)
    {
        var longest = 0;
        foreach (ref readonly var packet in Packets)
        {
            longest = Math.Max(longest, packet.PayloadLength);
        }

        var paddingMax = longest / PaddingPart;
        for (var index = 0; index < Count - 1; index++)
        {
            ref var packet = ref _packets[index];
            var missing = longest - packet.PayloadLength;
            if (missing > 0 && missing <= paddingMax && TryPad(packet, missing, pools))
            {
                packet = packet with { Padding = unchecked((byte)missing) }; // At most a sixty-fourth of a slot.
            }
        }
    }

    /// <summary>Writes padding behind a packet that has none of its own: each byte is its number, so that other shards, which
    /// may want more or fewer at the same time, write the same.</summary>
    private static bool TryPad(in TrackPacket packet, int bytes, PacketPool[] pools)
    {
        var end = packet.PayloadOffset + packet.PayloadLength;
        var slot = pools[packet.Handle.Pool].Slot(packet.Handle);
        if (packet.PacketLength != end || end + bytes > slot.Length)
        {
            return false;
        }

        for (var index = 0; index < bytes; index++)
        {
            slot[end + index] = unchecked((byte)(index + 1));
        }

        return true;
    }

    /// <summary>Forgets them.</summary>
    public void Clear()
    {
        Count = 0;
        Until = Instant.Never;
    }
}
