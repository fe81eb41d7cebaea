namespace Edge.Testing.Network;

/// <summary>What of a datagram enters a simulation's trace.</summary>
public delegate ulong TraceDigest(ReadOnlySpan<byte> datagram);

/// <summary>The usual choices of what enters a trace.</summary>
public static class TraceDigests
{
    /// <summary>All bytes.</summary>
    public static ulong Content(ReadOnlySpan<byte> datagram)
    {
        var hash = new TraceHash();
        hash.Add(datagram);
        return hash.Value;
    }

    /// <summary>The length only, and for DTLS (first byte 20 to 63, RFC 7983 §7) not even that: what
    /// stays equal when keys come from outside the seed.</summary>
    public static ulong WithoutHandshakes(ReadOnlySpan<byte> datagram) =>
        datagram.Length > 0 && datagram[0] is >= 20 and <= 63 ? 0 : (ulong)datagram.Length;
}
