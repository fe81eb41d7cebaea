namespace Anycast.Steering;

/// <summary>Chooses among nodes by a key so that who comes or goes changes nothing for keys that others have: the node whose
/// weight for the key is highest has it.</summary>
/// <remarks>The same in every process and version. Source: Thaler and Ravishankar, "Using Name-Based Mappings to Increase
/// Hit Rates" (highest random weight).</remarks>
public static class Rendezvous
{
    /// <summary>FNV-1a with 64 bits.</summary>
    private const ulong HashBasis = 14695981039346656037UL;
    private const ulong HashPrime = 1099511628211UL;

    /// <summary>The weight of a node for a key; of two nodes with one weight the lower number comes first.</summary>
    public static ulong Weight(ReadOnlySpan<char> key, ushort node)
    {
        var hash = HashBasis;
        foreach (var character in key)
        {
            hash = unchecked((hash ^ character) * HashPrime);
        }

        return Mix(unchecked(((hash ^ node) * HashPrime) + node));
    }

    /// <summary>The last step of SplitMix64: each bit of what comes in changes half of the bits.</summary>
    private static ulong Mix(ulong value)
    {
        unchecked
        {
            value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9UL;
            value = (value ^ (value >> 27)) * 0x94D049BB133111EBUL;
            return value ^ (value >> 31);
        }
    }
}
