using System.Collections.Immutable;

namespace Edge.Wire.Sdp.Reading;

/// <summary>Lists of words in attribute values.</summary>
internal static class SdpWords
{
    private const string BundleSemantics = "BUNDLE";

    /// <summary>The words of a value, as many as there are.</summary>
    public static ImmutableArray<string> Split(ReadOnlySpan<char> value)
    {
        var words = ImmutableArray.CreateBuilder<string>();
        foreach (var range in value.Split(' '))
        {
            var word = value[range].Trim();
            if (!word.IsEmpty)
            {
                words.Add(word.ToString());
            }
        }

        return words.ToImmutable();
    }

    /// <summary>Cuts the first word off; the rest is trimmed and may be empty.</summary>
    public static ReadOnlySpan<char> TakeFirst(
        ReadOnlySpan<char> value,
        out ReadOnlySpan<char> rest
    )
    {
        var space = value.IndexOf(' ');
        rest = space < 0 ? [] : value[(space + 1)..].Trim();
        return space < 0 ? value : value[..space];
    }

    /// <summary>Whether a list has a text, whatever the case.</summary>
    public static bool Contains(List<string> list, string text)
    {
        foreach (var item in list)
        {
            if (string.Equals(item, text, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The mids of an <c>a=group:BUNDLE</c> value; null for another semantics.</summary>
    public static ImmutableArray<string>? ReadBundle(ReadOnlySpan<char> value)
    {
        var semantics = TakeFirst(value, out var mids);
        return semantics.Equals(BundleSemantics, StringComparison.OrdinalIgnoreCase)
            ? Split(mids)
            : null;
    }
}
