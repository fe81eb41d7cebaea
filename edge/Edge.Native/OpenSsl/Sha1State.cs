using System.Runtime.CompilerServices;

namespace Edge.Native.OpenSsl;

/// <summary>What SHA-1 knows after whole blocks: five words.</summary>
[InlineArray(WordCount)]
internal struct Sha1State
{
    /// <summary>How many words.</summary>
    public const int WordCount = 5;

    private uint _first;
}
