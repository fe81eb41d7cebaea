using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Edge.Protocol.Negotiation.Sessions.Steps;
using Edge.Protocol.Negotiation.State;
using Edge.Wire.Sdp;
using Edge.Wire.State;

namespace Edge.Protocol.Negotiation.Sessions.State;

/// <summary>The form in which a <see cref="SessionState"/> goes to another process.</summary>
internal static class SessionStateForm
{
    // Chosen: no session counts so far, and there is room to count on.
    private const ulong VersionMax = 1UL << 62;
    private const int OwnMidsMax = 1 << 30;

    /// <summary>Writes a state.</summary>
    public static void Write(StateWriter writer, SessionState state)
    {
        var group = writer.Begin();
        writer.All(state.Sections, SessionSectionForm.Write);
        writer.Optional(state.Remote, RemoteTransportForm.Write);
        writer.OptionalText(state.TaggedMid);
        state.Numbers.Write(writer);
        writer.UInt(state.Version);
        writer.UInt((ulong)state.OwnMids);
        writer.Bool(state.HasOfferedAnchor);
        writer.End(group);
    }

    /// <summary>Reads a state.</summary>
    public static bool TryRead(
        ref StateReader reader,
        [MaybeNullWhen(false)] out SessionState state
    )
    {
        state = null;
        var group = reader.BeginWhole(valuesMin: 1);
        var sections = reader.All<SessionSection>(
            SdpLimits.SectionsMax,
            SessionSectionForm.TryRead
        );
        var remote = reader.Optional<RemoteTransport>(RemoteTransportForm.TryRead);
        var tagged = reader.OptionalText();
        if (!SessionNumbers.TryRead(ref reader, out var numbers))
        {
            return false;
        }

        var read = new SessionState
        {
            Sections = sections,
            Remote = remote,
            TaggedMid = tagged,
            Numbers = numbers,
            Version = reader.UInt(VersionMax),
            OwnMids = reader.Int32(OwnMidsMax),
            HasOfferedAnchor = reader.Bool(),
        };
        reader.End(group);
        if (!HasNamesOnce(sections))
        {
            reader.Break();
        }

        state = reader.IsBroken ? null : read;
        return state is not null;
    }

    /// <summary>Whether each live section has a name of its own.</summary>
    private static bool HasNamesOnce(ImmutableArray<SessionSection> sections)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var section in sections)
        {
            if (!section.IsRejected && !names.Add(section.Mid))
            {
                return false;
            }
        }

        return true;
    }
}
