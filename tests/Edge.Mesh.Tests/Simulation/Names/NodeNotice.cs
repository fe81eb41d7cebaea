using System.Buffers.Binary;
using Edge.Mesh.Names;

namespace Edge.Mesh.Tests.Simulation.Names;

/// <summary>Writes and reads claims: Edge.Node's StreamNotice, which is JSON there.</summary>
internal static class NodeNotice
{
    public const int ClaimBytes = 12;

    /// <summary>As long as its JSON.</summary>
    private const int Bytes = 90;

    public static byte[] Write(in ClaimNotice notice)
    {
        var bytes = new byte[Bytes];
        Write(bytes, notice.Claim);
        bytes[ClaimBytes] = (byte)((notice.IsRepeated ? 1 : 0) | (notice.HasEnded ? 2 : 0));
        BinaryPrimitives.WriteInt64BigEndian(
            bytes.AsSpan(ClaimBytes + 1),
            (long)notice.Age.TotalMilliseconds
        );
        return bytes;
    }

    public static void Write(Span<byte> bytes, StreamClaim claim)
    {
        BinaryPrimitives.WriteUInt64BigEndian(bytes, claim.Generation);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[8..], claim.Owner.Pop);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[10..], claim.Owner.Node);
    }

    public static StreamClaim ReadClaim(ReadOnlySpan<byte> bytes) =>
        new(
            BinaryPrimitives.ReadUInt64BigEndian(bytes),
            new NodeAddress(
                BinaryPrimitives.ReadUInt16BigEndian(bytes[8..]),
                BinaryPrimitives.ReadUInt16BigEndian(bytes[10..])
            )
        );

    public static ClaimNotice Read(ReadOnlySpan<byte> bytes) =>
        new(ReadClaim(bytes))
        {
            IsRepeated = (bytes[ClaimBytes] & 1) != 0,
            HasEnded = (bytes[ClaimBytes] & 2) != 0,
            Age = TimeSpan.FromMilliseconds(
                BinaryPrimitives.ReadInt64BigEndian(bytes[(ClaimBytes + 1)..])
            ),
        };
}
