using System.Collections.Immutable;

namespace Edge.Bus.Lan;

/// <summary>A key of the PoP: who has it is of the PoP.</summary>
/// <param name="Id">Tells the PoP's keys apart; sent in clear.</param>
/// <param name="Secret">32 random bytes.</param>
public readonly record struct LanKey(byte Id, ImmutableArray<byte> Secret)
{
    /// <summary>Length of a secret. Chosen: what HKDF-SHA256 can make full use of.</summary>
    public const int SecretBytes = 32;

    /// <summary>The id only: secrets are not printed.</summary>
    public override string ToString() => $"LAN key {Id}";
}
