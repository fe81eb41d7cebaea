using System.Globalization;
using Anycast.Steering;

namespace Anycast.Takeover;

/// <summary>Names a session among the nodes of a PoP.</summary>
/// <param name="Value">Whatever the caller makes of the session's id, the same on every node. Sessions with the same lower 64 bits are drawn to
/// the same nodes.</param>
public readonly record struct SessionKey(UInt128 Value)
{
    private const int HexDigits = 16;

    /// <summary>How much a node is drawn to the session: the highest weights have it.</summary>
    internal ulong WeightOf(ushort node)
    {
        Span<char> text = stackalloc char[HexDigits];
        _ = ((ulong)Value).TryFormat(text, out var length, "x16", CultureInfo.InvariantCulture);
        return Rendezvous.Weight(text[..length], node);
    }
}
