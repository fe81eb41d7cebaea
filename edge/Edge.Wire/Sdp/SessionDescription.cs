using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Edge.Wire.Sdp.Reading;

namespace Edge.Wire.Sdp;

/// <summary>A session description of WebRTC as typed values (RFC 8866, RFC 8829).</summary>
/// <remarks>
/// Reading skips unknown attributes and those it cannot read; it refuses a text only where nothing
/// sound can be made of it (<see cref="SdpErrorKind"/>). Writing what was read and reading that again
/// gives the same values.
/// </remarks>
public sealed record SessionDescription
{
    /// <summary>The numeric session id of the <c>o=</c> line; 0 when it was not a number.</summary>
    public ulong SessionId { get; init; } = 1;

    /// <summary>The session version of the <c>o=</c> line; 0 when it was not a number.</summary>
    public ulong SessionVersion { get; init; } = 1;

    /// <summary>Mids of the first <c>a=group:BUNDLE</c>; null when there is none (RFC 8843).</summary>
    public ImmutableArray<string>? BundleMids { get; init; }

    /// <summary>Whether the writer only answers ICE checks (RFC 8839 §5.3).</summary>
    public bool IsIceLite { get; init; }

    /// <summary>Words of <c>a=ice-options</c> at session level.</summary>
    public ImmutableArray<string> IceOptions { get; init; } = [];

    /// <summary>Whether mixed extension forms are allowed for all sections (RFC 8285 §6).</summary>
    public bool AllowsMixedExtensions { get; init; }

    /// <summary>The m-sections in order.</summary>
    public required ImmutableArray<MediaSection> Sections { get; init; }

    /// <summary>Reads a description; lines may end in CRLF or LF.</summary>
    public static bool TryParse(
        string text,
        [NotNullWhen(true)] out SessionDescription? description,
        [NotNullWhen(false)] out SdpParseError? error
    ) => new SdpParser(text).TryParse(out description, out error);

    /// <summary>Writes the description with CRLF lines.</summary>
    public string Write() => SdpWriter.Write(this);

    /// <summary>The section of a mid; null when there is none.</summary>
    public MediaSection? Find(string mid)
    {
        foreach (var section in Sections)
        {
            if (string.Equals(section.Mid, mid, StringComparison.Ordinal))
            {
                return section;
            }
        }

        return null;
    }
}
