using Anycast.Takeover.Voting;
using Edge.Primitives;

namespace Anycast.Takeover.Roles.Owning;

/// <summary>How far a voter has what its owner wrote.</summary>
internal sealed class Progress(Voter voter)
{
    /// <summary>Who.</summary>
    public Voter Voter { get; } = voter;

    /// <summary>What it is known to have; nothing when all is to be sent.</summary>
    public StateMark Base { get; set; }

    /// <summary>Up to which write of this epoch it has everything.</summary>
    public long Stored { get; set; }

    /// <summary>Up to which write was sent to it.</summary>
    public long Sent { get; set; }

    /// <summary>When that is sent again.</summary>
    public Instant AgainAt { get; set; }

    /// <summary>Whether it has forgotten its seat.</summary>
    public bool IsGone { get; set; }
}
