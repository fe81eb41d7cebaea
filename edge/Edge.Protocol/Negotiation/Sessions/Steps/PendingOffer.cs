using System.Collections.Immutable;
using Edge.Wire.Sdp;

namespace Edge.Protocol.Negotiation.Sessions.Steps;

/// <summary>An offer of ours that waits for its answer.</summary>
/// <param name="Offer">The offer.</param>
/// <param name="Target">The session as it is if the client takes everything, but for what only the answer
/// settles.</param>
/// <param name="Items">What it hopes for.</param>
internal sealed record PendingOffer(
    SessionDescription Offer,
    SessionState Target,
    ImmutableArray<OfferedItem> Items
)
{
    private const int DescribedMax = 8;

    /// <summary>The sections it adds or changes, in a sentence.</summary>
    public string Describe()
    {
        var mids = new List<string>();
        foreach (var item in Items)
        {
            if (item.RequestIndex >= 0 && mids.Count < DescribedMax)
            {
                mids.Add(Target.Sections[item.SectionIndex].Mid);
            }
        }

        return $"mid {string.Join(", ", mids)}{(Items.Length > DescribedMax ? ", …" : "")}";
    }

    /// <summary>The section of sound or pictures that it is to begin something in; null when there is
    /// none of that mid.</summary>
    public SessionSection? FindMedia(string mid)
    {
        foreach (var item in Items)
        {
            var section = Target.Sections[item.SectionIndex];
            if (
                section.Kind != SdpMediaKind.Application
                && string.Equals(section.Mid, mid, StringComparison.Ordinal)
            )
            {
                return section;
            }
        }

        return null;
    }

    /// <summary>The offer when some of its sections are stopped by force: they begin nothing any more.</summary>
    public PendingOffer Without(ImmutableArray<string> mids, long rank)
    {
        var items = ImmutableArray.CreateBuilder<OfferedItem>(Items.Length);
        foreach (var item in Items)
        {
            var section = Target.Sections[item.SectionIndex];
            var isStopped =
                section.Kind != SdpMediaKind.Application
                && mids.Contains(section.Mid, StringComparer.Ordinal);
            if (!isStopped)
            {
                items.Add(item);
            }
        }

        var sections = LooseSteps.Stop(Target.Sections, mids, rank);
        return this with
        {
            Target = Target with { Sections = sections },
            Items = items.ToImmutable(),
        };
    }

    /// <summary>The offer when a section carries another track by now.</summary>
    public PendingOffer Carrying(string mid, PlayableTrack track)
    {
        var index = Target.IndexOf(mid);
        if (index < 0)
        {
            return this;
        }

        var section = Target.Sections[index] with { Track = track };
        return this with
        {
            Target = Target with { Sections = Target.Sections.SetItem(index, section) },
        };
    }
}
