using System.Globalization;
using Edge.Wire.Sdp;

namespace Edge.Protocol.Negotiation.Answering;

/// <summary>Names sections in sentences.</summary>
internal static class SectionText
{
    private const int WordCharactersMax = 32;

    /// <summary>"The video section (line 44, mid 1)", to begin a sentence with.</summary>
    public static string Of(MediaSection section)
    {
        var line =
            section.LineNumber > 0
                ? string.Create(CultureInfo.InvariantCulture, $"line {section.LineNumber}, ")
                : "";
        var mid = section.Mid is null ? "no mid" : $"mid {Short(section.Mid)}";
        return $"The {Short(section.KindName)} section ({line}{mid})";
    }

    /// <summary>A word of the other side, cut to what a sentence bears.</summary>
    public static string Short(string word) =>
        word.Length <= WordCharactersMax ? word : word[..WordCharactersMax] + "…";
}
