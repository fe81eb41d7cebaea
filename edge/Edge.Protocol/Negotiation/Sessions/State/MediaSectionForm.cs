using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Edge.Wire.Sdp;
using Edge.Wire.State;

namespace Edge.Protocol.Negotiation.Sessions.State;

/// <summary>The form in which sections and descriptions of this end go to another process: as SDP.</summary>
/// <remarks>
/// What this end writes it reads again as the same values, and a version before or after reads of it what it knows, as a client
/// would. The parser's bounds and checks hold for it too.
/// </remarks>
internal static class MediaSectionForm
{
    private const string Version = "v=0\r\n";
    private const string FirstLine = "m=";
    private const string LineEnd = "\r\n";

    /// <summary>Writes a section: its lines without those of the session part.</summary>
    public static void Write(StateWriter writer, MediaSection section)
    {
        var text = new SessionDescription { Sections = [section] }.Write();
        var start = text.IndexOf(LineEnd + FirstLine, StringComparison.Ordinal) + LineEnd.Length;
        writer.Text(text[start..]);
    }

    /// <summary>Reads a section.</summary>
    public static bool TryRead(
        ref StateReader reader,
        [MaybeNullWhen(false)] out MediaSection section
    )
    {
        section = null;
        var text = Version + reader.Text(SdpLimits.TextCharactersMax);
        if (TryParse(text) is { Sections: [var only] })
        {
            section = only;
            return true;
        }

        reader.Break();
        return false;
    }

    /// <summary>Writes a description.</summary>
    public static void Write(StateWriter writer, SessionDescription description) =>
        writer.Text(description.Write());

    /// <summary>Reads a description.</summary>
    public static bool TryRead(
        ref StateReader reader,
        [MaybeNullWhen(false)] out SessionDescription description
    )
    {
        description = TryParse(reader.Text(SdpLimits.TextCharactersMax));
        if (description is null)
        {
            reader.Break();
        }

        return description is not null;
    }

    /// <summary>The description with sections as this end makes them: without numbers of lines.</summary>
    private static SessionDescription? TryParse(string text)
    {
        if (!SessionDescription.TryParse(text, out var description, out _))
        {
            return null;
        }

        var sections = ImmutableArray.CreateBuilder<MediaSection>(description.Sections.Length);
        foreach (var section in description.Sections)
        {
            sections.Add(section with { LineNumber = 0 });
        }

        return description with
        {
            Sections = sections.MoveToImmutable(),
        };
    }
}
