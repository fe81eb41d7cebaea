using System.Text;

namespace Repository.Tests;

/// <summary>C# text without what is not code, so that a rule does not stumble over a comment.</summary>
internal static class SourceText
{
    /// <summary>The text with comments, and the content of string and character literals, blanked; line
    /// breaks stay, so that line numbers do.</summary>
    public static string CodeOnly(string text)
    {
        var code = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length; )
        {
            var end = EndOfNonCode(text, at);
            if (end == at)
            {
                code.Append(text[at++]);
                continue;
            }

            for (; at < end && at < text.Length; at++)
            {
                code.Append(text[at] == '\n' ? '\n' : ' ');
            }
        }

        return code.ToString();
    }

    /// <summary>The number of the line that holds a position, from 1.</summary>
    public static int LineAt(string text, int position) => text.AsSpan(0, position).Count('\n') + 1;

    private static int EndOfNonCode(string text, int at)
    {
        if (StartsWith(text, at, "//"))
        {
            return IndexAfter(text, at, "\n") is var end && end > at ? end - 1 : text.Length;
        }

        if (StartsWith(text, at, "/*"))
        {
            return EndAfter(text, at + 2, "*/");
        }

        if (StartsWith(text, at, "\"\"\""))
        {
            return EndAfter(text, at + 3, "\"\"\"");
        }

        if (
            StartsWith(text, at, "@\"")
            || StartsWith(text, at, "@$\"")
            || StartsWith(text, at, "$@\"")
        )
        {
            return EndOfVerbatim(text, text.IndexOf('"', at) + 1);
        }

        return text[at] is '"' or '\'' ? EndOfQuoted(text, at + 1, text[at]) : at;
    }

    private static int EndOfVerbatim(string text, int at)
    {
        while (at < text.Length)
        {
            if (text[at] == '"')
            {
                if (at + 1 == text.Length || text[at + 1] != '"')
                {
                    return at + 1;
                }

                at++;
            }

            at++;
        }

        return at;
    }

    private static int EndOfQuoted(string text, int at, char quote)
    {
        while (at < text.Length && text[at] != quote && text[at] != '\n')
        {
            at += text[at] == '\\' ? 2 : 1;
        }

        return Math.Min(at + 1, text.Length);
    }

    private static bool StartsWith(string text, int at, string start) =>
        string.CompareOrdinal(text, at, start, 0, start.Length) == 0;

    private static int IndexAfter(string text, int at, string end)
    {
        var index = text.IndexOf(end, at, StringComparison.Ordinal);
        return index < 0 ? -1 : index + end.Length;
    }

    private static int EndAfter(string text, int at, string end) =>
        IndexAfter(text, at, end) is var index && index >= 0 ? index : text.Length;
}
