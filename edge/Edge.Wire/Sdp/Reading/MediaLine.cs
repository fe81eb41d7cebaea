using System.Collections.Immutable;
using System.Globalization;

namespace Edge.Wire.Sdp.Reading;

/// <summary>Reads m-lines: <c>kind port[/count] protocol format…</c> (RFC 8866 §5.14).</summary>
internal static class MediaLine
{
    /// <summary>Reads the value of an m-line into a section that has nothing but it.</summary>
    public static SdpErrorKind TryParse(
        ReadOnlySpan<char> value,
        int lineNumber,
        out MediaSection? section
    )
    {
        section = null;
        var kind = SdpWords.TakeFirst(value, out var afterKind);
        var port = SdpWords.TakeFirst(afterKind, out var afterPort);
        var protocol = SdpWords.TakeFirst(afterPort, out var formatWords);
        var slash = port.IndexOf('/');
        if (
            kind.IsEmpty
            || formatWords.IsEmpty
            || !ushort.TryParse(
                slash < 0 ? port : port[..slash],
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var portNumber
            )
        )
        {
            return SdpErrorKind.MalformedMediaLine;
        }

        var formats = SdpWords.Split(formatWords);
        if (formats.Length > SdpLimits.FormatsMax)
        {
            return SdpErrorKind.TooManyFormats;
        }

        section = new()
        {
            Kind = ToKind(kind),
            KindName = kind.ToString(),
            Port = portNumber,
            Protocol = protocol.ToString(),
            Formats = WithoutRepetition(formats),
            LineNumber = lineNumber,
        };
        return SdpErrorKind.None;
    }

    private static SdpMediaKind ToKind(ReadOnlySpan<char> word) =>
        word switch
        {
            "audio" => SdpMediaKind.Audio,
            "video" => SdpMediaKind.Video,
            "application" => SdpMediaKind.Application,
            _ => SdpMediaKind.Other,
        };

    private static ImmutableArray<string> WithoutRepetition(ImmutableArray<string> words)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var distinct = ImmutableArray.CreateBuilder<string>(words.Length);
        foreach (var word in words)
        {
            if (seen.Add(word))
            {
                distinct.Add(word);
            }
        }

        return distinct.ToImmutable();
    }
}
