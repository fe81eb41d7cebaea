using System.Diagnostics.CodeAnalysis;
using Edge.Protocol.Negotiation.Sessions.Steps;
using Edge.Protocol.Negotiation.State;
using Edge.Wire.Sdp;
using Edge.Wire.State;

namespace Edge.Protocol.Negotiation.Sessions.State;

/// <summary>The form in which a <see cref="PendingOffer"/> goes to another process.</summary>
internal static class PendingOfferForm
{
    /// <summary>Most requests of one offer. Chosen: sixteen for each section that a session can have.</summary>
    private const int RequestsMax = 16 * SdpLimits.SectionsMax;

    /// <summary>Writes an offer.</summary>
    public static void Write(StateWriter writer, PendingOffer pending)
    {
        var group = writer.Begin();
        MediaSectionForm.Write(writer, pending.Offer);
        SessionStateForm.Write(writer, pending.Target);
        writer.All(pending.Items, WriteItem);
        writer.End(group);
    }

    /// <summary>Reads an offer.</summary>
    public static bool TryRead(
        ref StateReader reader,
        [MaybeNullWhen(false)] out PendingOffer pending
    )
    {
        pending = null;
        var group = reader.BeginWhole(valuesMin: 1);
        if (
            !MediaSectionForm.TryRead(ref reader, out SessionDescription? offer)
            || !SessionStateForm.TryRead(ref reader, out var target)
        )
        {
            return false;
        }

        var read = new PendingOffer(
            offer,
            target,
            reader.All<OfferedItem>(RequestsMax, TryReadItem)
        );
        reader.End(group);
        if (reader.IsBroken || !IsSound(read))
        {
            reader.Break();
            return false;
        }

        pending = read;
        return true;
    }

    /// <summary>Whether the offer states the sections that the session is to have, and hopes for nothing in others.</summary>
    private static bool IsSound(PendingOffer pending)
    {
        var sections = pending.Target.Sections;
        var isSound = pending.Offer.Sections.Length == sections.Length;
        for (var index = 0; isSound && index < sections.Length; index++)
        {
            isSound = IsSame(pending.Offer.Sections[index], sections[index]);
        }

        foreach (var item in pending.Items)
        {
            isSound &= item.SectionIndex < sections.Length;
        }

        return isSound;
    }

    private static bool IsSame(MediaSection offered, SessionSection section) =>
        offered.Kind == section.Kind
        && (offered.Port == 0) == section.IsRejected
        && (
            section.IsRejected || string.Equals(offered.Mid, section.Mid, StringComparison.Ordinal)
        );

    /// <summary>The request's index is -1 for the anchor, hence one more is written.</summary>
    private static void WriteItem(StateWriter writer, OfferedItem item)
    {
        var group = writer.Begin();
        writer.UInt((ulong)(item.RequestIndex + 1));
        writer.UInt((ulong)item.SectionIndex);
        SectionRequestForm.Write(writer, item.Request);
        writer.End(group);
    }

    private static bool TryReadItem(
        ref StateReader reader,
        [MaybeNullWhen(false)] out OfferedItem item
    )
    {
        var group = reader.BeginWhole(valuesMin: 1);
        var request = reader.Int32(RequestsMax) - 1;
        var section = reader.Int32(SdpLimits.SectionsMax);
        item = SectionRequestForm.TryRead(ref reader, out var asked)
            ? new(request, section, asked)
            : null;
        reader.End(group);
        item = reader.IsBroken ? null : item;
        return item is not null;
    }
}
