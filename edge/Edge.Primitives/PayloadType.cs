using System.Globalization;

namespace Edge.Primitives;

/// <summary>An RTP payload type, 0 to 127 (RFC 3550 §5.1).</summary>
public readonly record struct PayloadType(byte Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
