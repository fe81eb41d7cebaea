using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Edge.Protocol.Srtp.Ciphers;

/// <summary>Eight blocks of key stream, for a text that is shorter than they are.</summary>
[InlineArray(AesBlocks.Bytes)]
internal struct KeyStream
{
    private byte _first;

    /// <summary>Where it begins.</summary>
    [UnscopedRef]
    public ref byte First => ref _first;
}
