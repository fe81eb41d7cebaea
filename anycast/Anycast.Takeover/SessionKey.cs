using System.Globalization;
using Anycast.Steering;

namespace Anycast.Takeover;

/// <summary>Names a session among the nodes of a PoP.</summary>
/// <param name="Value">Whatever the caller makes of the session's id, the same on every node.</param>
public readonly record struct SessionKey(UInt128 Value)
{
    private const int HexDigits = 32;

    /// <summary>How much a node is drawn to the session: the highest weights have it.</summary>
    internal ulong WeightOf(ushort node)
    {
        Span<char> text = stackalloc char[HexDigits];
        _ = Value.TryFormat(text, out var length, "x32", CultureInfo.InvariantCulture);
        return Rendezvous.Weight(text[..length], node);
    }
}
