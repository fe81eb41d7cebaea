using Anycast.Takeover.Voting;
using Edge.Primitives;

namespace Anycast.Takeover.Roles.Owning;

/// <summary>Chooses who should vote on a session.</summary>
/// <remarks>The owner, and the two media nodes that the session is drawn to most; where there is only one, a witness too. Who has a
/// seat and is there keeps it. With nobody else, or one node and no witness, the owner is alone: of two voters, both
/// would be needed for everything.</remarks>
internal sealed class SeatPlanner(Surroundings around)
{
    /// <summary>The voters that should be, those that have no seat yet with the serial 0; null when all is well, or as
    /// well as it can be.</summary>
    public List<Voter>? Plan(Replica replica, Ownership ownership, Instant now)
    {
        var current = replica.State.Members!.Current;
        var voters = new List<Voter>(VoterSet.CountMax) { new(replica.Seat, IsWitness: false) };
        if (ownership.HandOverTo is { } heir)
        {
            AddHeir(voters, current, heir);
        }

        AddPresent(voters, current, ownership, now, isWitness: false);
        AddNew(voters, replica.Key, PeerRole.Holder);
        AddPresent(voters, current, ownership, now, isWitness: true);
        AddNew(voters, replica.Key, PeerRole.Witness);
        if (voters.Count < VoterSet.CountMax)
        {
            // A voter that is away is better than none: the other two go on, and it may come back.
            if (current.Count == VoterSet.CountMax && !IsLastChance(current))
            {
                return null;
            }

            if (ownership.HandOverTo is not { } only || !HasNode(voters, only))
            {
                voters.RemoveRange(1, voters.Count - 1);
            }
        }

        return IsSame(voters, current) ? null : voters;
    }

    /// <summary>Whether only with a voter that is about to leave a majority can still be had: with its help the owner decides alone from
    /// then on, rather than never again.</summary>
    private bool IsLastChance(VoterSet current)
    {
        // The owner itself.
        var staying = 1;
        var isOneLeaving = false;
        for (var index = 0; index < current.Count; index++)
        {
            var id = current[index].Id;
            var isOther = id.Node != around.Self.Node && around.Roster.IsThere(id);
            staying += isOther && around.Roster.IsStaying(id) ? 1 : 0;
            isOneLeaving |= isOther && !around.Roster.IsStaying(id);
        }

        return isOneLeaving && staying <= VoterSet.CountMax / 2;
    }

    private static bool IsSame(List<Voter> voters, VoterSet set)
    {
        foreach (var voter in voters)
        {
            if (!set.Has(voter.Id))
            {
                return false;
            }
        }

        return voters.Count == set.Count;
    }

    private static bool HasNode(List<Voter> voters, ushort node)
    {
        foreach (var voter in voters)
        {
            if (voter.Id.Node == node)
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsGone(Ownership ownership, VoterId id)
    {
        foreach (var progress in ownership.Voters)
        {
            if (progress.Voter.Id == id)
            {
                return progress.IsGone;
            }
        }

        return false;
    }

    private void AddHeir(List<Voter> voters, VoterSet current, ushort heir)
    {
        for (var index = 0; index < current.Count; index++)
        {
            if (current[index].Id.Node == heir && around.Roster.IsThere(current[index].Id))
            {
                voters.Add(current[index]);
                return;
            }
        }

        if (around.Roster.Peers.TryGetValue(heir, out var peer) && peer.IsThere)
        {
            voters.Add(new Voter(new VoterId(heir, peer.Life, Serial: 0), IsWitness: false));
        }
    }

    private void AddPresent(
        List<Voter> voters,
        VoterSet current,
        Ownership ownership,
        Instant now,
        bool isWitness
    )
    {
        for (var index = 0; index < current.Count && voters.Count < VoterSet.CountMax; index++)
        {
            var voter = current[index];
            if (
                voter.IsWitness == isWitness
                && !HasNode(voters, voter.Id.Node)
                && !IsGone(ownership, voter.Id)
                && !around.Roster.IsToReplace(voter.Id, now, around.Options.ReplaceAfter)
            )
            {
                voters.Add(voter);
            }
        }
    }

    /// <summary>Adds those that are there and have no seat, the session's favourites first; of witnesses one at most.</summary>
    private void AddNew(List<Voter> voters, SessionKey key, PeerRole role)
    {
        while (voters.Count < VoterSet.CountMax && !HasWitness(voters))
        {
            ushort best = 0;
            ulong life = 0;
            var weight = 0UL;
            foreach (var (node, peer) in around.Roster.Peers)
            {
                if (
                    peer.IsThere
                    && peer.Role == role
                    && !HasNode(voters, node)
                    && key.WeightOf(node) > weight
                )
                {
                    weight = key.WeightOf(node);
                    best = node;
                    life = peer.Life;
                }
            }

            if (weight == 0)
            {
                return;
            }

            voters.Add(new Voter(new VoterId(best, life, Serial: 0), role == PeerRole.Witness));
        }
    }

    private static bool HasWitness(List<Voter> voters)
    {
        foreach (var voter in voters)
        {
            if (voter.IsWitness)
            {
                return true;
            }
        }

        return false;
    }
}
