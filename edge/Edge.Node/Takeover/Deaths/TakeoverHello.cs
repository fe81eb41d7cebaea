using System.Buffers.Binary;
using Anycast.Takeover.Voting;
using Edge.Primitives;

namespace Edge.Node.Takeover.Deaths;

/// <summary>Says that a process of the PoP is there.</summary>
/// <remarks>
/// <code>
/// | version 1 | role 1 | node 2 | life 8 | its time 8 | ...
/// </code>
/// Later versions append.
/// </remarks>
/// <param name="Node">Its number.</param>
/// <param name="Life">Which run of it.</param>
/// <param name="Role">What it does for sessions of others.</param>
/// <param name="At">Its monotonic time when it said so.</param>
internal readonly record struct TakeoverHello(ushort Node, ulong Life, PeerRole Role, Instant At)
{
    /// <summary>Bytes of it.</summary>
    public const int Bytes = AtOffset + sizeof(long);

    /// <summary>A hundred years: no clock runs beyond its end, and no sum with it is too long.</summary>
    private const long TimeMax = 36_525 * TimeSpan.TicksPerDay;

    private const byte Version = 1;
    private const int NodeOffset = 2;
    private const int LifeOffset = NodeOffset + sizeof(ushort);
    private const int AtOffset = LifeOffset + sizeof(ulong);

    /// <summary>Writes it.</summary>
    public void Write(Span<byte> destination)
    {
        destination[0] = Version;
        destination[1] = (byte)Role;
        BinaryPrimitives.WriteUInt16BigEndian(destination[NodeOffset..], Node);
        BinaryPrimitives.WriteUInt64BigEndian(destination[LifeOffset..], Life);
        BinaryPrimitives.WriteInt64BigEndian(destination[AtOffset..], At.Ticks);
    }

    /// <summary>Reads it; false when it makes no sense.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, out TakeoverHello hello)
    {
        hello = default;
        if (source.Length < Bytes || source[0] < Version || source[1] > (byte)PeerRole.Leaving)
        {
            return false;
        }

        var at = BinaryPrimitives.ReadInt64BigEndian(source[AtOffset..]);
        if (at is < -TimeMax or > TimeMax)
        {
            return false;
        }

        hello = new(
            BinaryPrimitives.ReadUInt16BigEndian(source[NodeOffset..]),
            BinaryPrimitives.ReadUInt64BigEndian(source[LifeOffset..]),
            (PeerRole)source[1],
            new Instant(at)
        );
        return true;
    }
}
