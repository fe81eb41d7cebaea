namespace Anycast.Takeover.Tests.Simulation;

/// <summary>Indices that were protected under.</summary>
internal sealed class IndexSet
{
    private ulong[] _words = new ulong[64];

    /// <summary>Adds one; false when it was in it.</summary>
    public bool Add(long index)
    {
        var word = (int)(index >> 6);
        if (word >= _words.Length)
        {
            Array.Resize(ref _words, Math.Max(_words.Length * 2, word + 1));
        }

        var bit = 1UL << (int)(index & 63);
        var isNew = (_words[word] & bit) == 0;
        _words[word] |= bit;
        return isNew;
    }
}
