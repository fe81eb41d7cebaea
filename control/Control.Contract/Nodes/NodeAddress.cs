using System.Globalization;

namespace Control.Contract.Nodes;

/// <summary>Names a node among all PoPs by the numbers that owner codes carry.</summary>
/// <param name="Pop">The number of its PoP.</param>
/// <param name="Node">Its number within the PoP.</param>
public readonly record struct NodeAddress(ushort Pop, ushort Node)
{
    /// <summary>Reads what <see cref="ToString"/> writes, and nothing else.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out NodeAddress address)
    {
        address = default;
        var dot = text.IndexOf('.');
        if (
            dot < 0
            || !TryParseNumber(text[..dot], out var pop)
            || !TryParseNumber(text[(dot + 1)..], out var node)
        )
        {
            return false;
        }

        address = new NodeAddress(pop, node);
        return true;
    }

    /// <summary>The two numbers in decimal, joined by a dot: two tokens of a subject.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Pop}.{Node}");

    // One way to write a number: two subjects must not name one node.
    private static bool TryParseNumber(ReadOnlySpan<char> text, out ushort number) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number)
        && (text.Length == 1 || text[0] != '0');
}
