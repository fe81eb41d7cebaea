using System.Diagnostics.CodeAnalysis;

namespace Edge.Wire.Sdp;

/// <summary>Reads trickle fragments.</summary>
internal sealed class TrickleFragmentParser(string text)
{
    public bool TryParse(
        [NotNullWhen(true)] out TrickleFragment? fragment,
        [NotNullWhen(false)] out SdpParseError? error
    ) => throw new InvalidOperationException($"Not yet: {text.Length}.");
}
