using Edge.Testing;

namespace Edge.Wire.Tests.Rtp;

/// <summary>Headers that browsers sent (tests/vectors/rtp/browser-headers.txt).</summary>
internal static class BrowserHeaders
{
    public static readonly Vectors All = Vectors.Load("rtp/browser-headers.txt");

    public static IReadOnlyList<byte[]> Corpus => [.. All.Names.Select(name => All[name])];
}
