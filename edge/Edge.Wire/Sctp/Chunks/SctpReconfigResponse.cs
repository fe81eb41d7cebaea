using System.Buffers.Binary;

namespace Edge.Wire.Sctp.Chunks;

/// <summary>The answer to a reconfiguration request (RFC 6525 §4.4).</summary>
/// <param name="Sequence">The number of the request.</param>
/// <param name="Result">What became of it.</param>
public readonly record struct SctpReconfigResponse(uint Sequence, SctpReconfigResult Result)
{
    internal const int Bytes = 8;

    /// <summary>Reads the value of a parameter whose type is the response.</summary>
    public static SctpParseError TryParse(
        ReadOnlySpan<byte> value,
        out SctpReconfigResponse response
    )
    {
        response = default;
        if (value.Length < Bytes)
        {
            return SctpParseError.ParameterLength;
        }

        response = new(
            BinaryPrimitives.ReadUInt32BigEndian(value),
            (SctpReconfigResult)BinaryPrimitives.ReadUInt32BigEndian(value[4..])
        );
        return SctpParseError.None;
    }
}
