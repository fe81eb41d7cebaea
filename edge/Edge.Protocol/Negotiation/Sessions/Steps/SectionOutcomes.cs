using System.Collections.Immutable;

namespace Edge.Protocol.Negotiation.Sessions.Steps;

/// <summary>Puts outcomes into the order of their requests.</summary>
internal static class SectionOutcomes
{
    /// <summary>The order is stable: several outcomes of one request stay in that of the m-lines.</summary>
    public static ImmutableArray<SectionOutcome> InOrder(List<SectionOutcome> outcomes)
    {
        var ordered = ImmutableArray.CreateBuilder<SectionOutcome>(outcomes.Count);
        var last = -1;
        foreach (var outcome in outcomes)
        {
            last = Math.Max(last, outcome.RequestIndex);
        }

        for (var request = 0; request <= last; request++)
        {
            foreach (var outcome in outcomes)
            {
                if (outcome.RequestIndex == request)
                {
                    ordered.Add(outcome);
                }
            }
        }

        return ordered.MoveToImmutable();
    }
}
