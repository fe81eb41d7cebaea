using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Edge.Wire.Sdp.Attributes;
using Edge.Wire.Sdp.Reading;

namespace Edge.Wire.Sdp;

/// <summary>An <c>application/trickle-ice-sdpfrag</c> body (RFC 8840 §9): more candidates of an ICE
/// session, or the credentials of a new one.</summary>
/// <remarks>
/// Reading takes what clients send: credentials at session or media level, one pseudo m-line for each
/// mid with the same candidates again, component "0", no m-line at all. Candidates past
/// <see cref="SdpLimits.CandidatesMax"/> and repeated ones are dropped.
/// </remarks>
public sealed record TrickleFragment
{
    /// <summary>ICE username fragment; the first one given.</summary>
    public string? UsernameFragment { get; init; }

    /// <summary>ICE password; the first one given.</summary>
    public string? Password { get; init; }

    /// <summary>Whether the writer only answers checks.</summary>
    public bool IsIceLite { get; init; }

    /// <summary>Words of <c>a=ice-options</c>.</summary>
    public ImmutableArray<string> IceOptions { get; init; } = [];

    /// <summary>Mids of <c>a=group:BUNDLE</c>; null when there is none.</summary>
    public ImmutableArray<string>? BundleMids { get; init; }

    /// <summary>The kind's word of the first pseudo m-line.</summary>
    public string? KindName { get; init; }

    /// <summary>The mid of the first pseudo m-line.</summary>
    public string? Mid { get; init; }

    /// <summary>The candidates, without repetition.</summary>
    public ImmutableArray<SdpCandidate> Candidates { get; init; } = [];

    /// <summary>Whether no further candidates follow.</summary>
    public bool HasEndOfCandidates { get; init; }

    /// <summary>Reads a fragment; lines may end in CRLF or LF.</summary>
    public static bool TryParse(
        string text,
        [NotNullWhen(true)] out TrickleFragment? fragment,
        [NotNullWhen(false)] out SdpParseError? error
    ) => new TrickleFragmentParser(text).TryParse(out fragment, out error);

    /// <summary>Whether this asks for a new ICE session in place of the one whose remote username
    /// fragment is given (RFC 9725 §4.3.3).</summary>
    public bool IsRestartOf(string usernameFragment) =>
        UsernameFragment is not null
        && Password is not null
        && !string.Equals(UsernameFragment, usernameFragment, StringComparison.Ordinal);

    /// <summary>Writes the fragment with CRLF lines.</summary>
    public string Write() => SdpWriter.Write(this);
}
