using System.Buffers.Binary;
using System.Text;

namespace Edge.Bus.Lan.Queues;

/// <summary>Makes texts of subjects from the network, the same text for a subject that comes again.</summary>
/// <remarks>Bounded: a table in which another subject may take the place. Threads: one owner.</remarks>
internal sealed class SubjectCache
{
    /// <summary>Places. Chosen: the layers of a few hundred tracks that one node sends to another.</summary>
    private const int Places = 1024;

    private readonly string?[] _subjects = new string?[Places];

    /// <summary>The subject; null when it is none.</summary>
    internal string? Find(ReadOnlySpan<byte> text)
    {
        ref var place = ref _subjects[Hash(text) % Places];
        if (place is not null && Ascii.Equals(text, place))
        {
            return place;
        }

        // Latin-1, so that a byte which is no ASCII becomes a character that no subject has.
        var subject = Encoding.Latin1.GetString(text);
        if (!BusSubject.IsSubject(subject))
        {
            return null;
        }

        place = subject;
        return subject;
    }

    // Only members of the PoP choose subjects, and a collision costs a text: no need of a better hash.
    private static uint Hash(ReadOnlySpan<byte> text)
    {
        var hash = 14695981039346656037UL;
        while (text.Length >= sizeof(ulong))
        {
            hash = unchecked(
                (hash ^ BinaryPrimitives.ReadUInt64LittleEndian(text)) * 0x9E3779B97F4A7C15
            );
            hash ^= hash >> 32;
            text = text[sizeof(ulong)..];
        }

        foreach (var letter in text)
        {
            hash = unchecked((hash ^ letter) * 1099511628211UL);
        }

        return unchecked((uint)(hash ^ (hash >> 29)));
    }
}
