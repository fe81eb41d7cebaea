namespace Edge.Testing.Network;

/// <summary>A running FNV-1a hash of what happened, equal for equal runs on every machine.</summary>
public sealed class TraceHash
{
    private const ulong Prime = 1099511628211;

    /// <summary>The hash so far.</summary>
    public ulong Value { get; private set; } = 14695981039346656037;

    /// <summary>Adds bytes.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
        {
            Value = unchecked((Value ^ value) * Prime);
        }
    }

    /// <summary>Adds a number.</summary>
    public void Add(ulong number)
    {
        for (var shift = 0; shift < 64; shift += 8)
        {
            Value = unchecked((Value ^ ((number >> shift) & 0xFF)) * Prime);
        }
    }
}
