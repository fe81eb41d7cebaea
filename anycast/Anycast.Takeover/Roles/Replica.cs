using Anycast.Takeover.Roles.Owning;
using Anycast.Takeover.State;
using Anycast.Takeover.Voting;
using Edge.Primitives;

namespace Anycast.Takeover.Roles;

/// <summary>A session at one node.</summary>
internal sealed class Replica(SessionKey key, VoterId seat, StateMark askedAt, SessionState state)
{
    /// <summary>Which session.</summary>
    public SessionKey Key { get; } = key;

    /// <summary>This node's seat among its voters.</summary>
    public VoterId Seat { get; } = seat;

    /// <summary>In which epoch, and at which asking of its owner, the seat was given out.</summary>
    public StateMark AskedAt { get; } = askedAt;

    /// <summary>What is stored.</summary>
    public SessionState State { get; } = state;

    /// <summary>The highest epoch that this node has heard of from an owner, or voted for. Words of lower ones are refused.</summary>
    public long Promised { get; set; }

    /// <summary>For whom it voted in that epoch, so that a lost vote can be said again.</summary>
    public VoterId VotedFor { get; set; }

    /// <summary>The highest epoch that others were said to have promised: the next candidacy is for one above it.</summary>
    public long EpochHeard { get; set; }

    /// <summary>What the node is to the session.</summary>
    public Role Role { get; set; }

    /// <summary>What it has as owner.</summary>
    public Ownership? Ownership { get; set; }

    /// <summary>What it has as candidate.</summary>
    public Candidacy? Candidacy { get; set; }

    /// <summary>What an owner that handed over told.</summary>
    public HandedOver? HandedOver { get; set; }

    /// <summary>Since when the owner is missed; never while it is there.</summary>
    public Instant OwnerLostAt { get; set; } = Instant.Never;

    /// <summary>Whether the owner's node said that it does not have the session any more.</summary>
    public bool HasOwnerLeft { get; set; }

    /// <summary>When the owner is asked whether it has the session still.</summary>
    public Instant AuditAt { get; set; } = Instant.Never;

    /// <summary>When this node asks for votes, if nobody else has got them.</summary>
    public Instant AskAt { get; set; } = Instant.Never;

    /// <summary>Whether the node has no part in the session any more.</summary>
    public bool IsForgotten { get; set; }

    /// <summary>When something has to be done.</summary>
    public Instant NextAt { get; set; } = Instant.Zero;

    /// <summary>For when that is noted in the node's agenda.</summary>
    public Instant QueuedAt { get; set; } = Instant.Never;
}
