using System.Diagnostics.CodeAnalysis;
using Edge.Primitives;
using Edge.Protocol.Negotiation.State;
using Edge.Wire.Payload;
using Edge.Wire.Sdp;
using Edge.Wire.State;

namespace Edge.Protocol.Negotiation.Sessions.State;

/// <summary>The form in which a <see cref="SessionSection"/> goes to another process.</summary>
internal static class SessionSectionForm
{
    /// <summary>Writes a section.</summary>
    public static void Write(StateWriter writer, SessionSection section)
    {
        var group = writer.Begin();
        writer.Text(section.Mid);
        writer.UInt((ulong)section.Kind);
        writer.Bool(section.IsRejected);
        writer.Optional(section.Receive, MediaAgreementForm.Write);
        writer.Optional(section.Send, MediaAgreementForm.Write);
        writer.Optional(section.Track, PlayableTrackForm.Write);
        writer.Optional(section.DataChannels, DataChannelAgreementForm.Write);
        writer.Optional(section.Local, MediaSectionForm.Write);
        writer.Bool(section.IsOurs);
        writer.Bool(section.IsConfirmed);
        writer.Bool(section.IsWithdrawn);
        writer.UInt((ulong)section.StoppedRank);
        writer.End(group);
    }

    /// <summary>Reads a section.</summary>
    public static bool TryRead(
        ref StateReader reader,
        [MaybeNullWhen(false)] out SessionSection section
    )
    {
        var group = reader.BeginWhole(valuesMin: 1);
        var read = new SessionSection
        {
            Mid = reader.Text(NegotiatedValues.TextBytesMax),
            Kind = (SdpMediaKind)reader.Int32((int)SdpMediaKind.Application),
            IsRejected = reader.Bool(),
            Receive = reader.Optional<MediaAgreement>(MediaAgreementForm.TryRead),
            Send = reader.Optional<MediaAgreement>(MediaAgreementForm.TryRead),
            Track = reader.Optional<PlayableTrack>(PlayableTrackForm.TryRead),
            DataChannels = reader.Optional<DataChannelAgreement>(DataChannelAgreementForm.TryRead),
            Local = reader.Optional<MediaSection>(MediaSectionForm.TryRead),
            IsOurs = reader.Bool(),
            IsConfirmed = reader.Bool(),
            IsWithdrawn = reader.Bool(),
            StoppedRank = (long)reader.UInt(long.MaxValue),
        };
        reader.End(group);
        if (reader.IsBroken || !IsSound(read))
        {
            reader.Break();
            section = null;
            return false;
        }

        section = read;
        return true;
    }

    /// <summary>What later steps take for granted: a line of this end, alive when the section is, and under its name.</summary>
    private static bool IsSound(SessionSection section) =>
        section.Local is { } local
        && local.Kind == section.Kind
        && (local.Port == 0) == section.IsRejected
        && (section.IsRejected || IsNamed(section, local))
        && (section.IsIdle || !section.IsRejected)
        && (section.DataChannels is null || section.Kind == SdpMediaKind.Application)
        && (section.Track is null || section.Send is not null)
        && IsOfKind(section, section.Receive?.Kind)
        && IsOfKind(section, section.Send?.Kind)
        && IsOfKind(section, section.Track?.Kind);

    private static bool IsNamed(SessionSection section, MediaSection local) =>
        string.Equals(section.Mid, local.Mid, StringComparison.Ordinal)
        && (!local.IsRtp || Token16.TryCreate(section.Mid.AsSpan(), out _));

    private static bool IsOfKind(SessionSection section, MediaKind? kind) =>
        kind switch
        {
            MediaKind.Audio => section.Kind == SdpMediaKind.Audio,
            MediaKind.Video => section.Kind == SdpMediaKind.Video,
            null => true,
            _ => false,
        };
}
