using Anycast.Takeover.Voting;
using Edge.Primitives;

namespace Anycast.Takeover.Roles;

/// <summary>A node's asking for votes.</summary>
internal sealed class Candidacy
{
    /// <summary>For which epoch.</summary>
    public long Epoch { get; set; }

    /// <summary>Whether it is asked who would vote, before anybody is held to it: who could not win disturbs nobody.</summary>
    public bool IsProbe { get; set; }

    /// <summary>Since when it goes on.</summary>
    public Instant StartedAt { get; set; }

    /// <summary>When it begins anew.</summary>
    public Instant AgainAt { get; set; }

    /// <summary>Who votes, by the newest view of those who answered.</summary>
    public required Membership Members { get; set; }

    /// <summary>Where that was written.</summary>
    public StateMark MembersMark { get; set; }

    /// <summary>Who has been asked in this epoch.</summary>
    public List<VoterId> Asked { get; } = [];

    /// <summary>Who has voted, and up to where each had the state.</summary>
    public Dictionary<VoterId, StateMark> Votes { get; } = [];
}
