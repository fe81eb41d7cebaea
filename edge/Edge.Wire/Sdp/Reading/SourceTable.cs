using System.Collections.Immutable;
using System.Globalization;
using Edge.Primitives;
using Edge.Wire.Sdp.Attributes;

namespace Edge.Wire.Sdp.Reading;

/// <summary>Gathers <c>a=ssrc</c> and <c>a=ssrc-group</c> lines (RFC 5576 §4).</summary>
internal sealed class SourceTable
{
    private readonly List<SdpSsrc> _sources = [];
    private readonly List<SdpSsrcGroup> _groups = [];

    /// <summary><c>1234 cname:name</c>, one attribute a line.</summary>
    public SdpErrorKind ReadSource(ReadOnlySpan<char> value)
    {
        var number = SdpWords.TakeFirst(value, out var attribute);
        if (!TrySsrc(number, out var ssrc))
        {
            return SdpErrorKind.None;
        }

        var index = _sources.FindIndex(source => source.Ssrc == ssrc);
        if (index < 0)
        {
            if (_sources.Count == SdpLimits.SsrcsMax)
            {
                return SdpErrorKind.TooManySsrcs;
            }

            index = _sources.Count;
            _sources.Add(new(ssrc, null, null));
        }

        const string Cname = "cname:";
        const string Msid = "msid:";
        var source = _sources[index];
        if (attribute.StartsWith(Cname, StringComparison.Ordinal))
        {
            _sources[index] = source with { Cname = attribute[Cname.Length..].Trim().ToString() };
        }
        else if (attribute.StartsWith(Msid, StringComparison.Ordinal))
        {
            _sources[index] = source with { Msid = attribute[Msid.Length..].Trim().ToString() };
        }

        return SdpErrorKind.None;
    }

    /// <summary><c>FID 1234 5678</c>; a line with anything but numbers is skipped.</summary>
    public SdpErrorKind ReadGroup(ReadOnlySpan<char> value)
    {
        var semantics = SdpWords.TakeFirst(value, out var numbers);
        var words = SdpWords.Split(numbers);
        var ssrcs = ImmutableArray.CreateBuilder<Ssrc>(words.Length);
        foreach (var word in words)
        {
            if (!TrySsrc(word, out var ssrc))
            {
                return SdpErrorKind.None;
            }

            ssrcs.Add(ssrc);
        }

        if (_groups.Count == SdpLimits.SsrcGroupsMax)
        {
            return SdpErrorKind.TooManySsrcGroups;
        }

        if (ssrcs.Count is > 0 and <= SdpLimits.SsrcsMax && !semantics.IsEmpty)
        {
            _groups.Add(new(semantics.ToString(), ssrcs.ToImmutable()));
        }

        return SdpErrorKind.None;
    }

    /// <summary>The sources in the order of their first lines.</summary>
    public ImmutableArray<SdpSsrc> BuildSources() => [.. _sources];

    /// <summary>The groups in order.</summary>
    public ImmutableArray<SdpSsrcGroup> BuildGroups() => [.. _groups];

    private static bool TrySsrc(ReadOnlySpan<char> text, out Ssrc ssrc)
    {
        var isNumber = uint.TryParse(
            text,
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var number
        );
        ssrc = new(number);
        return isNumber;
    }
}
