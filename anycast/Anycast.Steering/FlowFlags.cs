using System.Buffers.Binary;

namespace Anycast.Steering;

/// <summary>What is said of a flow beside whose it is, as nodes write it to each other.</summary>
/// <remarks>In one byte: bit 0, it was said before; bits 1 and 2, a <see cref="FlowProof"/>. In four: how many milliseconds ago the
/// client was proved to be there.</remarks>
internal static class FlowFlags
{
    /// <summary>Bytes of the time.</summary>
    public const int AgeBytes = sizeof(uint);

    private const int Repeated = 1;
    private const int ProofShift = 1;
    private const int ProofMask = 3;

    public static byte Write(FlowProof proof, bool isRepeated = false) =>
        // The narrowing is safe: three bits are used.
        unchecked((byte)((isRepeated ? Repeated : 0) | ((int)proof << ProofShift)));

    /// <summary>Reads them; what a later version may mean is nothing that this one knows.</summary>
    public static FlowProof Read(byte flags, out bool isRepeated)
    {
        isRepeated = (flags & Repeated) != 0;
        var proof = (FlowProof)((flags >> ProofShift) & ProofMask);
        return proof <= FlowProof.Proved ? proof : FlowProof.Unsaid;
    }

    /// <summary>Writes how long ago something was; what is longer than there is room for is as long as that.</summary>
    public static void WriteAge(Span<byte> destination, TimeSpan age) =>
        BinaryPrimitives.WriteUInt32BigEndian(
            destination,
            (uint)Math.Clamp(age.TotalMilliseconds, 0, uint.MaxValue)
        );

    /// <summary>Reads how long ago something was; none is now.</summary>
    public static TimeSpan ReadAge(ReadOnlySpan<byte> source) =>
        source.Length < AgeBytes
            ? TimeSpan.Zero
            : TimeSpan.FromMilliseconds(BinaryPrimitives.ReadUInt32BigEndian(source));
}
