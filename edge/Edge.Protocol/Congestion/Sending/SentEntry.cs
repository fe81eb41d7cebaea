using Edge.Primitives;

namespace Edge.Protocol.Congestion.Sending;

/// <summary>A sent packet in 8 bytes, as a viewer has many of them.</summary>
/// <remarks>
/// Shape: of its time the low half of the ticks, from which <see cref="Age"/> is right for seven minutes; its
/// size, up to 64 KiB; its probe, a number of one byte (<see cref="Probing.ProbeRequest.Cluster"/>); what it
/// was and what became of it.
/// </remarks>
internal partial struct SentEntry
{
    private const int KindShift = 4;
    private const int StateMask = (1 << KindShift) - 1;

    private readonly uint _sentTicks;
    private readonly ushort _bytes;
    private readonly byte _cluster;
    private byte _marks;

    /// <summary>A packet that leaves now.</summary>
    public SentEntry(in SentPacket packet, Instant now)
    {
        _sentTicks = unchecked((uint)now.Ticks);
        _bytes = (ushort)Math.Clamp(packet.Bytes, 0, ushort.MaxValue);
        _cluster = unchecked((byte)packet.ProbeCluster);
        _marks = (byte)(((int)packet.Kind << KindShift) | (int)SentState.Flying);
    }

    /// <summary>Its size.</summary>
    public readonly int Bytes => _bytes;

    /// <summary>What it was.</summary>
    public readonly SentPacket Packet =>
        new(_bytes, (SentPacketKind)(_marks >> KindShift), _cluster);

    /// <summary>What became of it.</summary>
    public SentState State
    {
        readonly get => (SentState)(_marks & StateMask);
        set => _marks = (byte)((_marks & ~StateMask) | (int)value);
    }

    /// <summary>How long ago it left. A time before that is very old.</summary>
    public readonly TimeSpan Age(Instant now) => new(unchecked((uint)now.Ticks - _sentTicks));
}
