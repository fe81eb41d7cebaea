using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Edge.Native.OpenSsl;

/// <summary>OpenSSL's SHA_CTX (openssl/sha.h, of every version since 0.9.8).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Sha1Context
{
    /// <summary>The chained words.</summary>
    public Sha1State State;

    /// <summary>Bits that were hashed, the lower word.</summary>
    public uint BitsLow;

    /// <summary>And the upper.</summary>
    public uint BitsHigh;

    /// <summary>A block that is not whole yet.</summary>
    public BlockWords Block;

    /// <summary>How many bytes of it there are.</summary>
    public uint BlockBytes;

    /// <summary>Sixteen words.</summary>
    [InlineArray(16)]
    public struct BlockWords
    {
        private uint _first;
    }
}
