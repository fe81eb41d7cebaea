using System.Globalization;

namespace Edge.Primitives;

/// <summary>A synchronisation source identifier (RFC 3550 §3).</summary>
public readonly record struct Ssrc(uint Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
