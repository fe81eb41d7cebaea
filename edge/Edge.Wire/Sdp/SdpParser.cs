using System.Diagnostics.CodeAnalysis;

namespace Edge.Wire.Sdp;

/// <summary>Reads session descriptions.</summary>
internal sealed class SdpParser(string text)
{
    public bool TryParse(
        [NotNullWhen(true)] out SessionDescription? description,
        [NotNullWhen(false)] out SdpParseError? error
    ) => throw new InvalidOperationException($"Not yet: {text.Length}.");
}
