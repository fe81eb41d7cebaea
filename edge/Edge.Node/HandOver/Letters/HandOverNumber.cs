using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Edge.Node.HandOver.Letters;

/// <summary>Numbers of 128 bits that nobody guesses, by which what goes to another node is called.</summary>
internal static class HandOverNumber
{
    /// <summary>A number's length in a message.</summary>
    public const int Bytes = 16;

    /// <summary>Draws one.</summary>
    public static UInt128 Draw()
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        RandomNumberGenerator.Fill(bytes);
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }
}
