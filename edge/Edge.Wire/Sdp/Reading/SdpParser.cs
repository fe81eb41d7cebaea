using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Edge.Wire.Sdp.Reading;

/// <summary>Reads session descriptions.</summary>
internal sealed class SdpParser(string text)
{
    private readonly SectionAttributes _session = new();
    private readonly List<(MediaSection Line, SectionAttributes Attributes)> _sections = [];
    private ImmutableArray<string>? _bundleMids;
    private ImmutableArray<string> _iceOptions = [];
    private ulong _sessionId;
    private ulong _sessionVersion;
    private bool _isIceLite;

    /// <summary>Reads the text; called once.</summary>
    public bool TryParse(
        [NotNullWhen(true)] out SessionDescription? description,
        [NotNullWhen(false)] out SdpParseError? error
    )
    {
        description = null;
        var kind = SdpLineReader.CheckText(text);
        error = kind == SdpErrorKind.None ? ReadLines() : new(kind, 0);
        error ??= _sections.Count == 0 ? new(SdpErrorKind.NoSections, 0) : FindDuplicateMid();
        if (error is not null)
        {
            return false;
        }

        description = Build();
        return true;
    }

    private SdpParseError? ReadLines()
    {
        var lines = new SdpLineReader(text);
        var isFirst = true;
        while (lines.MoveNext())
        {
            var kind = isFirst
                ? lines is { Type: 'v', Value: "0" }
                    ? SdpErrorKind.None
                    : SdpErrorKind.MissingVersion
                : ReadLine(lines.Type, lines.Value, lines.LineNumber);
            isFirst = false;
            if (kind != SdpErrorKind.None)
            {
                return new(kind, lines.LineNumber);
            }
        }

        return lines.Error == SdpErrorKind.None ? null : new(lines.Error, lines.LineNumber);
    }

    private SdpErrorKind ReadLine(char type, ReadOnlySpan<char> value, int lineNumber)
    {
        switch (type)
        {
            case 'm':
                return ReadMediaLine(value, lineNumber);
            case 'a':
                return ReadAttribute(value);
            case 'o' when _sections.Count == 0:
                ReadOrigin(value);
                return SdpErrorKind.None;
            default:
                // RFC 8866 §5: nothing else of a description means anything to WebRTC.
                return SdpErrorKind.None;
        }
    }

    private SdpErrorKind ReadMediaLine(ReadOnlySpan<char> value, int lineNumber)
    {
        if (_sections.Count == SdpLimits.SectionsMax)
        {
            return SdpErrorKind.TooManySections;
        }

        var kind = MediaLine.TryParse(value, lineNumber, out var line);
        if (line is not null)
        {
            _sections.Add((line, new()));
        }

        return kind;
    }

    private SdpErrorKind ReadAttribute(ReadOnlySpan<char> attribute)
    {
        var colon = attribute.IndexOf(':');
        var name = colon < 0 ? attribute : attribute[..colon];
        var value = colon < 0 ? [] : attribute[(colon + 1)..].Trim();
        if (_sections.Count > 0)
        {
            // RFC 8839 §5.3 knows it at session level only; werift 0.24 writes it into each section.
            _isIceLite |= name is "ice-lite";
            return _sections[^1].Attributes.Apply(name, value);
        }

        switch (name)
        {
            case "group" when _bundleMids is null:
                _bundleMids = SdpWords.ReadBundle(value);
                break;
            case "ice-lite":
                _isIceLite = true;
                break;
            case "ice-options":
                _iceOptions = SdpWords.Split(value);
                break;
            default:
                break;
        }

        return _session.Apply(name, value);
    }

    /// <summary><c>username id version nettype addrtype address</c> (RFC 8866 §5.2).</summary>
    private void ReadOrigin(ReadOnlySpan<char> value)
    {
        Span<Range> fields = stackalloc Range[4];
        var count = value.Split(fields, ' ', StringSplitOptions.RemoveEmptyEntries);
        if (count >= 3)
        {
            _sessionId = ToNumber(value[fields[1]]);
            _sessionVersion = ToNumber(value[fields[2]]);
        }
    }

    private static ulong ToNumber(ReadOnlySpan<char> text) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : 0;

    private SdpParseError? FindDuplicateMid()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (line, attributes) in _sections)
        {
            if (attributes.Mid is { } mid && !seen.Add(mid))
            {
                return new(SdpErrorKind.DuplicateMid, line.LineNumber);
            }
        }

        return null;
    }

    private SessionDescription Build()
    {
        var sections = ImmutableArray.CreateBuilder<MediaSection>(_sections.Count);
        foreach (var (line, attributes) in _sections)
        {
            sections.Add(attributes.Build(line, _session));
        }

        return new()
        {
            SessionId = _sessionId,
            SessionVersion = _sessionVersion,
            BundleMids = _bundleMids,
            IsIceLite = _isIceLite,
            IceOptions = _iceOptions,
            AllowsMixedExtensions = _session.AllowsMixedExtensions,
            Sections = sections.MoveToImmutable(),
        };
    }
}
