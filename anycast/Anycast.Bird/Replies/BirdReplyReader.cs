using System.Text;

namespace Anycast.Bird.Replies;

/// <summary>Reads BIRD's answer to one command from bytes in pieces of any size.</summary>
/// <remarks>
/// Shape: lines that end with LF. "1002-text" has more to come, "0000 text" is the last one, " text" goes on with the
/// number of the line before, "+text" comes between answers and is passed over. A line has
/// <see cref="LineBytesMax"/> bytes, an answer <see cref="LinesMax"/> lines. After an error nothing more is read.
/// Source: the chapter "Remote control" of BIRD's manual, and its answers.
/// </remarks>
public sealed class BirdReplyReader
{
    /// <summary>Longest line. Chosen: BIRD's own buffer for an answer's line is of this order.</summary>
    public const int LineBytesMax = 4096;

    /// <summary>Most lines. Chosen: the list of all protocols of a large router has some hundred.</summary>
    public const int LinesMax = 4096;

    private const int CodeDigits = 4;

    private readonly byte[] _line = new byte[LineBytesMax];
    private readonly List<BirdLine> _lines = [];
    private int _length;
    private int _code = -1;

    /// <summary>The lines so far.</summary>
    public IReadOnlyList<BirdLine> Lines => _lines;

    /// <summary>Whether the last line was read.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>What was wrong.</summary>
    public BirdReplyError Error { get; private set; }

    /// <summary>Takes bytes up to the end of the answer; returns how many it took.</summary>
    public int Take(ReadOnlySpan<byte> bytes)
    {
        var taken = 0;
        while (taken < bytes.Length && !IsComplete && Error == BirdReplyError.None)
        {
            var next = bytes[taken++];
            if (next == (byte)'\n')
            {
                Error = EndLine();
            }
            else if (_length == _line.Length)
            {
                Error = BirdReplyError.LineTooLong;
            }
            else
            {
                _line[_length++] = next;
            }
        }

        return taken;
    }

    private BirdReplyError EndLine()
    {
        var line = _line.AsSpan(0, _length);
        _length = 0;
        if (line.StartsWith("+"u8))
        {
            return BirdReplyError.None;
        }

        if (_lines.Count == LinesMax)
        {
            return BirdReplyError.TooManyLines;
        }

        if (line.StartsWith(" "u8))
        {
            return _code < 0 ? BirdReplyError.NoCode : Add(_code, isLast: false, line[1..]);
        }

        if (!TryReadCode(line, out _code))
        {
            return BirdReplyError.NoCode;
        }

        return Add(_code, line[CodeDigits] == (byte)' ', line[(CodeDigits + 1)..]);
    }

    private BirdReplyError Add(int code, bool isLast, ReadOnlySpan<byte> text)
    {
        // What is not ASCII becomes a question mark: it is for people only.
        _lines.Add(new BirdLine(code, isLast, Encoding.ASCII.GetString(text)));
        IsComplete = isLast;
        return BirdReplyError.None;
    }

    private static bool TryReadCode(ReadOnlySpan<byte> line, out int code)
    {
        code = 0;
        if (line.Length <= CodeDigits || line[CodeDigits] is not ((byte)' ' or (byte)'-'))
        {
            return false;
        }

        foreach (var digit in line[..CodeDigits])
        {
            if (digit is < (byte)'0' or > (byte)'9')
            {
                return false;
            }

            code = (code * 10) + (digit - '0');
        }

        return true;
    }
}
