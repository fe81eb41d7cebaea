using System.Runtime.InteropServices;

namespace Edge.Primitives;

/// <summary>An index on cache lines of its own, so that two threads do not invalidate each other.</summary>
/// <remarks>Not nested in the ring: the runtime refuses explicit layout inside a generic type.
/// Shape: 128 bytes on either side, as Intel's prefetcher takes lines in pairs.</remarks>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct PaddedIndex
{
    /// <summary>The index itself.</summary>
    [FieldOffset(128)]
    public long Value;
}
