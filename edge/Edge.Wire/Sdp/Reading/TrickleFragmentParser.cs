using System.Diagnostics.CodeAnalysis;
using Edge.Wire.Sdp.Attributes;

namespace Edge.Wire.Sdp.Reading;

/// <summary>Reads trickle fragments.</summary>
internal sealed class TrickleFragmentParser(string text)
{
    private readonly HashSet<SdpCandidate> _candidates = [];
    private TrickleFragment _fragment = new();

    /// <summary>Reads the text; called once.</summary>
    public bool TryParse(
        [NotNullWhen(true)] out TrickleFragment? fragment,
        [NotNullWhen(false)] out SdpParseError? error
    )
    {
        fragment = null;
        var kind = SdpLineReader.CheckText(text);
        error = kind == SdpErrorKind.None ? ReadLines() : new(kind, 0);
        if (error is not null)
        {
            return false;
        }

        fragment = _fragment;
        var isEmpty =
            fragment.UsernameFragment is null
            && fragment.Candidates.IsEmpty
            && !fragment.HasEndOfCandidates;
        error = isEmpty ? new(SdpErrorKind.NothingInFragment, 0) : null;
        return !isEmpty;
    }

    private SdpParseError? ReadLines()
    {
        var lines = new SdpLineReader(text);
        while (lines.MoveNext())
        {
            if (lines.Type == 'm')
            {
                var kind = SdpWords.TakeFirst(lines.Value, out _).ToString();
                _fragment = _fragment with { KindName = _fragment.KindName ?? kind };
            }
            else if (lines.Type == 'a')
            {
                ReadAttribute(lines.Value);
            }
        }

        return lines.Error == SdpErrorKind.None ? null : new(lines.Error, lines.LineNumber);
    }

    private void ReadAttribute(ReadOnlySpan<char> attribute)
    {
        var colon = attribute.IndexOf(':');
        var name = colon < 0 ? attribute : attribute[..colon];
        var value = colon < 0 ? [] : attribute[(colon + 1)..].Trim();
        switch (name)
        {
            case "ice-ufrag" when _fragment.UsernameFragment is null && !value.IsEmpty:
                _fragment = _fragment with { UsernameFragment = value.ToString() };
                break;
            case "ice-pwd" when _fragment.Password is null && !value.IsEmpty:
                _fragment = _fragment with { Password = value.ToString() };
                break;
            case "ice-lite":
                _fragment = _fragment with { IsIceLite = true };
                break;
            case "ice-options":
                _fragment = _fragment with { IceOptions = SdpWords.Split(value) };
                break;
            case "group" when _fragment.BundleMids is null:
                _fragment = _fragment with { BundleMids = SdpWords.ReadBundle(value) };
                break;
            case "mid" when _fragment.Mid is null && !value.IsEmpty:
                _fragment = _fragment with { Mid = value.ToString() };
                break;
            case "candidate":
                AddCandidate(value);
                break;
            case "end-of-candidates":
                _fragment = _fragment with { HasEndOfCandidates = true };
                break;
            default:
                break;
        }
    }

    private void AddCandidate(ReadOnlySpan<char> value)
    {
        if (
            _candidates.Count < SdpLimits.CandidatesMax
            && SdpCandidate.TryParse(value, out var candidate)
            && _candidates.Add(candidate)
        )
        {
            _fragment = _fragment with { Candidates = _fragment.Candidates.Add(candidate) };
        }
    }
}
