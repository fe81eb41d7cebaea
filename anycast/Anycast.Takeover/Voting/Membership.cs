namespace Anycast.Takeover.Voting;

/// <summary>Who votes on a session, and who owned it when this was written.</summary>
/// <param name="Owner">The owner's seat; it need not be a voter.</param>
/// <param name="Current">Those whose majority counts.</param>
/// <param name="Next">Those whose majority counts too while voters are being replaced; none otherwise.</param>
internal sealed record Membership(VoterId Owner, VoterSet Current, VoterSet Next)
{
    /// <summary>Whether voters are being replaced.</summary>
    public bool IsJoint => Next.Count > 0;

    /// <summary>Those that will be the voters once no change is under way.</summary>
    public VoterSet Coming => IsJoint ? Next : Current;

    /// <summary>All that have a vote now.</summary>
    public void CopyTo(List<Voter> voters)
    {
        voters.Clear();
        Add(Current, voters);
        Add(Next, voters);
    }

    /// <summary>The place of a holder among those that may take over, the owner left out.</summary>
    public int RankOf(VoterId id)
    {
        var rank = 0;
        for (var index = 0; index < Coming.Count && Coming[index].Id != id; index++)
        {
            rank += Coming[index].IsWitness || Coming[index].Id == Owner ? 0 : 1;
        }

        return rank;
    }

    private static void Add(VoterSet set, List<Voter> voters)
    {
        for (var index = 0; index < set.Count; index++)
        {
            if (!voters.Contains(set[index]))
            {
                voters.Add(set[index]);
            }
        }
    }
}
