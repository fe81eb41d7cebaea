using System.Text;

namespace Edge.Primitives;

/// <summary>The members of an enumeration as values of labels: "NobodyElse" is "nobody_else".</summary>
/// <remarks>Allocates the first time that an enumeration is asked for. Threads: any.</remarks>
public static class EnumWords
{
    /// <summary>All members.</summary>
    public static ReadOnlySpan<T> All<T>()
        where T : struct, Enum => Known<T>.Members;

    /// <summary>A member's word.</summary>
    /// <exception cref="ArgumentException">It is no member.</exception>
    public static string Of<T>(T value)
        where T : struct, Enum
    {
        var index = Array.IndexOf(Known<T>.Members, value);
        return index >= 0
            ? Known<T>.Words[index]
            : throw new ArgumentException("It is no member.", nameof(value));
    }

    private static string ToWord(string name)
    {
        var word = new StringBuilder();
        foreach (var character in name)
        {
            if (char.IsAsciiLetterUpper(character) && word.Length > 0)
            {
                word.Append('_');
            }

            word.Append(char.ToLowerInvariant(character));
        }

        return word.ToString();
    }

    private static class Known<T>
        where T : struct, Enum
    {
        public static readonly T[] Members = Enum.GetValues<T>();

        public static readonly string[] Words = Array.ConvertAll(
            Members,
            member => ToWord(member.ToString())
        );
    }
}
