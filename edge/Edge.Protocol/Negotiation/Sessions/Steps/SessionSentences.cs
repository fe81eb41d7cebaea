using Edge.Protocol.Negotiation.Answering;

namespace Edge.Protocol.Negotiation.Sessions.Steps;

/// <summary>Sentences that more than one step says.</summary>
internal static class SessionSentences
{
    /// <summary>A section that is asked for does not exist.</summary>
    public static string NoSuchSection(string mid) =>
        $"There is no live section with mid {SectionText.Short(mid)}.";

    /// <summary>A section that is to be stopped carries nothing.</summary>
    public static string CarriesNothing(string mid) =>
        $"The section with mid {SectionText.Short(mid)} does not exist or was already closed.";

    /// <summary>No section can be added.</summary>
    public static string Full(SessionPolicy policy) =>
        $"A session has at most {policy.SectionsMax} sections, and this one has no free one.";
}
