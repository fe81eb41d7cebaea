namespace Edge.Wire.Sdp.Reading;

/// <summary>Walks over the lines of a text: <c>letter=value</c> (RFC 8866 §5).</summary>
/// <remarks>
/// Shape: lines end in CRLF or LF, the last one may end in nothing; a byte order mark, empty lines and
/// spaces at the end of a line are skipped. Stops at the first line that is none; see <see cref="Error"/>.
/// </remarks>
internal ref struct SdpLineReader(ReadOnlySpan<char> text)
{
    private const char ByteOrderMark = '\uFEFF';

    private ReadOnlySpan<char> _rest = text is [ByteOrderMark, ..] ? text[1..] : text;

    /// <summary>The number of the current line, counted from 1.</summary>
    public int LineNumber { get; private set; }

    /// <summary>Why reading stopped; none when the text was read to its end.</summary>
    public SdpErrorKind Error { get; private set; }

    /// <summary>The letter of the current line.</summary>
    public char Type { get; private set; }

    /// <summary>The value of the current line.</summary>
    public ReadOnlySpan<char> Value { get; private set; }

    /// <summary>The bounds that hold before any line is looked at.</summary>
    public static SdpErrorKind CheckText(string text) =>
        text.Length > SdpLimits.TextCharactersMax ? SdpErrorKind.TextTooLong
        : string.IsNullOrWhiteSpace(text) ? SdpErrorKind.Empty
        : SdpErrorKind.None;

    /// <summary>Goes to the next line; false at the end and at the first error.</summary>
    public bool MoveNext()
    {
        while (!_rest.IsEmpty)
        {
            LineNumber++;
            var end = _rest.IndexOf('\n');
            var line = (end < 0 ? _rest : _rest[..end]).TrimEnd("\r\t ");
            _rest = end < 0 ? [] : _rest[(end + 1)..];
            Error = Check(line);
            if (Error != SdpErrorKind.None)
            {
                return false;
            }

            if (!line.IsEmpty)
            {
                Type = line[0];
                Value = line[2..];
                return true;
            }
        }

        return false;
    }

    private readonly SdpErrorKind Check(ReadOnlySpan<char> line)
    {
        if (LineNumber > SdpLimits.LinesMax)
        {
            return SdpErrorKind.TooManyLines;
        }

        if (line.Length > SdpLimits.LineCharactersMax)
        {
            return SdpErrorKind.LineTooLong;
        }

        foreach (var character in line)
        {
            if (char.IsControl(character) && character != '\t')
            {
                return SdpErrorKind.ControlCharacter;
            }
        }

        var isLine = line.Length >= 2 && char.IsAsciiLetter(line[0]) && line[1] == '=';
        return line.IsEmpty || isLine ? SdpErrorKind.None : SdpErrorKind.NotALine;
    }
}
