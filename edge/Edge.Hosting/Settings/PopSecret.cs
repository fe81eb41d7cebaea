using System.Collections.Immutable;
using System.Security.Cryptography;

namespace Edge.Hosting.Settings;

/// <summary>A key of the PoP.</summary>
/// <param name="Id">Tells the PoP's keys apart, in owner codes and on the LAN.</param>
/// <param name="Bytes">The key itself.</param>
public readonly record struct PopSecret(byte Id, ImmutableArray<byte> Bytes)
{
    /// <summary>Length of a key.</summary>
    public const int Length = 32;

    /// <summary>A key as the key file has it. Its id follows from it, so that every process of the PoP gives it
    /// the same one.</summary>
    public static PopSecret From(ImmutableArray<byte> bytes) =>
        new(SHA256.HashData(bytes.AsSpan())[0], bytes);

    /// <summary>The id only: keys are not printed.</summary>
    public override string ToString() => $"PoP key {Id}";
}
