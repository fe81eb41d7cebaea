using System.Collections.Immutable;
using System.Globalization;
using Edge.Wire.Sdp.Attributes;

namespace Edge.Wire.Sdp.Reading;

/// <summary>Gathers what the lines of one m-section say of its payload types, in whatever order: Firefox
/// writes <c>fmtp</c> before <c>rtpmap</c>, and feedback of types that are not in the m-line.</summary>
internal sealed class CodecTable
{
    private const int PayloadTypeMax = 127;
    private const int ChannelsMax = 255;
    private const string AllPayloadTypes = "*";

    private readonly Dictionary<byte, SdpCodec> _maps = [];
    private readonly Dictionary<byte, string> _formats = [];
    private readonly Dictionary<byte, List<string>> _feedback = [];
    private readonly List<string> _feedbackOfAll = [];

    /// <summary><c>111 opus/48000/2</c> (RFC 8866 §6.6); the first line of a type counts.</summary>
    public void ReadMap(ReadOnlySpan<char> value)
    {
        var number = SdpWords.TakeFirst(value, out var encoding);
        Span<Range> parts = stackalloc Range[3];
        var count = encoding.Split(parts, '/');
        if (!TryPayloadType(number, out var type) || count < 2 || encoding[parts[0]].IsEmpty)
        {
            return;
        }

        var channels = 1;
        var isSound =
            TryNumber(encoding[parts[1]], int.MaxValue, out var clockRate)
            && clockRate > 0
            && (count < 3 || TryNumber(encoding[parts[2]], ChannelsMax, out channels));
        if (isSound)
        {
            var name = encoding[parts[0]].ToString();
            _maps.TryAdd(
                type,
                new(new(type), name, (uint)clockRate) { Channels = Math.Max(channels, 1) }
            );
        }
    }

    /// <summary><c>111 minptime=10;useinbandfec=1</c> (RFC 8866 §6.15); several lines are joined,
    /// those that make it too long left out.</summary>
    public void ReadFormat(ReadOnlySpan<char> value)
    {
        var number = SdpWords.TakeFirst(value, out var format);
        if (!TryPayloadType(number, out var type) || format.IsEmpty)
        {
            return;
        }

        var isFirst = !_formats.TryGetValue(type, out var before);
        var joined = isFirst ? format.ToString() : $"{before};{format}";
        if (joined.Length <= SdpLimits.FormatCharactersMax)
        {
            _formats[type] = joined;
        }
    }

    /// <summary><c>96 nack pli</c> or <c>* nack</c> (RFC 4585 §4.2).</summary>
    public void ReadFeedback(ReadOnlySpan<char> value)
    {
        var number = SdpWords.TakeFirst(value, out var feedback);
        if (feedback.IsEmpty)
        {
            return;
        }

        if (number is AllPayloadTypes)
        {
            AddFeedback(_feedbackOfAll, feedback);
        }
        else if (TryPayloadType(number, out var type))
        {
            if (!_feedback.TryGetValue(type, out var list))
            {
                list = [];
                _feedback.Add(type, list);
            }

            AddFeedback(list, feedback);
        }
    }

    /// <summary>The formats of an m-line, complete; numbers nobody named are left out.</summary>
    public ImmutableArray<SdpCodec> Build(ImmutableArray<string> formats)
    {
        var codecs = ImmutableArray.CreateBuilder<SdpCodec>(formats.Length);
        foreach (var format in formats)
        {
            if (
                TryPayloadType(format, out var type)
                && (_maps.GetValueOrDefault(type) ?? StaticType(type)) is { } codec
            )
            {
                codecs.Add(
                    codec with
                    {
                        Format = _formats.GetValueOrDefault(type),
                        Feedback = BuildFeedback(type),
                    }
                );
            }
        }

        return codecs.ToImmutable();
    }

    private ImmutableArray<string> BuildFeedback(byte type)
    {
        var all = new List<string>(_feedback.GetValueOrDefault(type) ?? []);
        foreach (var feedback in _feedbackOfAll)
        {
            AddFeedback(all, feedback);
        }

        return [.. all];
    }

    /// <summary>Types that need no <c>rtpmap</c> (RFC 3551 §6), those this node knows.</summary>
    private static SdpCodec? StaticType(byte type) =>
        type switch
        {
            0 => new(new(type), "PCMU", 8000),
            8 => new(new(type), "PCMA", 8000),
            9 => new(new(type), "G722", 8000),
            13 => new(new(type), "CN", 8000),
            _ => null,
        };

    private static void AddFeedback(List<string> list, ReadOnlySpan<char> feedback)
    {
        var text = string.Join(' ', SdpWords.Split(feedback));
        if (!SdpWords.Contains(list, text))
        {
            list.Add(text);
        }
    }

    private static bool TryPayloadType(ReadOnlySpan<char> text, out byte type)
    {
        var isNumber = TryNumber(text, PayloadTypeMax, out var number);
        type = unchecked((byte)number);
        return isNumber;
    }

    private static bool TryNumber(ReadOnlySpan<char> text, int max, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number)
        && number <= max;
}
