using Anycast.Takeover.Voting;
using Edge.Primitives;

namespace Anycast.Takeover.Roles.Owning;

/// <summary>Voters that are to be, while those that are new are asked for a seat.</summary>
internal sealed class Seating(long number, List<Voter> voters, Instant until)
{
    /// <summary>How-manieth asking of the owner.</summary>
    public long Number { get; } = number;

    /// <summary>All of them; those that have no seat yet have the serial 0.</summary>
    public List<Voter> Voters { get; } = voters;

    /// <summary>When another choice is made.</summary>
    public Instant Until { get; } = until;

    /// <summary>When they are asked again.</summary>
    public Instant AgainAt { get; set; }

    /// <summary>A node gave a seat.</summary>
    public void Seat(VoterId id)
    {
        for (var index = 0; index < Voters.Count; index++)
        {
            var known = Voters[index].Id;
            if (known.Serial == 0 && known.Node == id.Node && known.Life == id.Life)
            {
                Voters[index] = Voters[index] with { Id = id };
            }
        }
    }

    /// <summary>The set, once everybody has a seat.</summary>
    public bool TryFinish(out VoterSet set)
    {
        set = default;
        foreach (var voter in Voters)
        {
            if (voter.Id.Serial == 0)
            {
                return false;
            }

            set = set.With(voter);
        }

        return true;
    }
}
