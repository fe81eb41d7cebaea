namespace Edge.Bus;

/// <summary>Subjects: tokens joined by dots, the words by which messages find who wants them.</summary>
/// <remarks>Source: the NATS documentation, "Subject-Based Messaging"; the tokens are kept to what every
/// server and every permission list takes.</remarks>
public static class BusSubject
{
    /// <summary>Longest subject. Chosen: half of what a NATS server takes on one line.</summary>
    public const int LengthMax = 512;

    /// <summary>Stands for any one token of a pattern.</summary>
    public const string AnyToken = "*";

    /// <summary>Stands for one or more tokens at the end of a pattern.</summary>
    public const string Rest = ">";

    /// <summary>Whether a text can be published to.</summary>
    public static bool IsSubject(ReadOnlySpan<char> text) => IsWellFormed(text, isPattern: false);

    /// <summary>Whether a text can be subscribed.</summary>
    public static bool IsPattern(ReadOnlySpan<char> text) => IsWellFormed(text, isPattern: true);

    /// <summary>Whether a pattern covers a subject; both well-formed.</summary>
    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> subject)
    {
        while (true)
        {
            var wanted = TakeToken(ref pattern);
            if (wanted is Rest)
            {
                return !subject.IsEmpty;
            }

            if (subject.IsEmpty)
            {
                return wanted.IsEmpty;
            }

            var token = TakeToken(ref subject);
            if (wanted is not AnyToken && !wanted.SequenceEqual(token))
            {
                return false;
            }
        }
    }

    private static ReadOnlySpan<char> TakeToken(ref ReadOnlySpan<char> text)
    {
        var dot = text.IndexOf('.');
        var token = dot < 0 ? text : text[..dot];
        text = dot < 0 ? default : text[(dot + 1)..];
        return token;
    }

    private static bool IsWellFormed(ReadOnlySpan<char> text, bool isPattern)
    {
        if (text.IsEmpty || text.Length > LengthMax || text[^1] == '.')
        {
            return false;
        }

        while (!text.IsEmpty)
        {
            var token = TakeToken(ref text);
            var isWildcard = token is AnyToken || (token is Rest && text.IsEmpty);
            if (!(isPattern && isWildcard) && !IsToken(token))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether a text can be one token: printable ASCII without dot, space and wildcards.</summary>
    public static bool IsToken(ReadOnlySpan<char> text)
    {
        foreach (var character in text)
        {
            if (character is <= ' ' or > '~' or '.' or '*' or '>')
            {
                return false;
            }
        }

        return !text.IsEmpty;
    }
}
