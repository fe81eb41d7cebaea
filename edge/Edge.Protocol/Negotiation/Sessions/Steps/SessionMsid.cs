using System.Buffers;
using Edge.Wire.Sdp.Attributes;

namespace Edge.Protocol.Negotiation.Sessions.Steps;

/// <summary>Names the streams and tracks of a session in <c>a=msid</c> (RFC 8830 §2).</summary>
/// <remarks>Chromium 156 refuses a description in which two sections have the same line.</remarks>
internal sealed class SessionMsid
{
    private const int CharactersMax = 64;

    // The token of RFC 8866 §9: names come from people, so that they may hold anything.
    private static readonly SearchValues<char> TokenCharacters = SearchValues.Create(
        "!#$%&'*+-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ^_`abcdefghijklmnopqrstuvwxyz{|}~"
    );

    private readonly HashSet<string> _used = new(StringComparer.Ordinal);

    /// <summary>Notes a line that stands already.</summary>
    public void Note(SdpMsid? msid)
    {
        if (msid is not null)
        {
            _used.Add(msid.ToString());
        }
    }

    /// <summary>The line of a track: its own names where they can be written, made unique by the mid.</summary>
    public SdpMsid Create(string? streamId, string trackId, string mid)
    {
        var track = IsToken(trackId) ? trackId : mid;
        var stream = streamId is not null && IsToken(streamId) ? streamId : track;
        var msid = new SdpMsid(stream, track);
        if (_used.Add(msid.ToString()))
        {
            return msid;
        }

        var cut = track[..Math.Min(track.Length, CharactersMax - mid.Length - 1)];
        var unique = new SdpMsid(stream, $"{cut}-{mid}");
        _used.Add(unique.ToString());
        return unique;
    }

    private static bool IsToken(string text) =>
        text.Length is > 0 and <= CharactersMax
        && !text.AsSpan().ContainsAnyExcept(TokenCharacters);
}
