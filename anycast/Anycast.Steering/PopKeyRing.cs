using System.Collections.Immutable;

namespace Anycast.Steering;

/// <summary>The keys by which owner codes are read and made, at most two for each PoP so that a key can
/// be replaced while codes of the one before live on.</summary>
/// <remarks>Immutable: a change of keys makes a new ring. Threads: any.</remarks>
public sealed class PopKeyRing
{
    /// <summary>Most keys of one PoP.</summary>
    public const int KeysPerPopMax = 2;

    private readonly ImmutableArray<PopKey> _keys;

    /// <summary>Makes a ring; the first key of a PoP is the one that new codes are made with.</summary>
    public PopKeyRing(params ReadOnlySpan<PopKey> keys)
    {
        _keys = [.. keys];
        foreach (var key in _keys)
        {
            if (CountOf(key.Pop) > KeysPerPopMax || Find(key.Pop, key.Id) != key)
            {
                throw new ArgumentException(
                    $"A PoP has at most {KeysPerPopMax} keys, each with an identifier of its own: {key}.",
                    nameof(keys)
                );
            }
        }
    }

    /// <summary>The key with which a PoP's new codes are made; null when the ring has none.</summary>
    public PopKey? FindCurrent(ushort pop)
    {
        foreach (var key in _keys)
        {
            if (key.Pop == pop)
            {
                return key;
            }
        }

        return null;
    }

    /// <summary>The key of a PoP by its identifier; null when the ring does not have it.</summary>
    public PopKey? Find(ushort pop, byte id)
    {
        foreach (var key in _keys)
        {
            if (key.Pop == pop && key.Id == id)
            {
                return key;
            }
        }

        return null;
    }

    private int CountOf(ushort pop)
    {
        var count = 0;
        foreach (var key in _keys)
        {
            count += key.Pop == pop ? 1 : 0;
        }

        return count;
    }
}
