using System.Runtime.CompilerServices;

namespace Edge.Forwarding.Tracks;

/// <summary>The first payload bytes of a forwarded packet where they differ from the shared packet.</summary>
/// <remarks>Shape: 16 bytes inline; a VP8 descriptor takes at most 6 (RFC 7741 §4.2).</remarks>
[InlineArray(Capacity)]
public struct PayloadPrefix
{
    /// <summary>Bytes it can hold.</summary>
    public const int Capacity = 16;

    private byte _first;
}
