using Anycast.Takeover.Indices;
using Anycast.Takeover.Voting;
using Edge.Primitives;

namespace Anycast.Takeover.Roles.Owning;

/// <summary>What an owner keeps of its session.</summary>
internal sealed class Ownership(long epoch, LeaseBook book)
{
    /// <summary>Its epoch.</summary>
    public long Epoch { get; } = epoch;

    /// <summary>Who wants more indices.</summary>
    public LeaseBook Book { get; } = book;

    /// <summary>The indices of its streams.</summary>
    public Dictionary<StreamId, IndexLease> Leases { get; } = [];

    /// <summary>The other voters.</summary>
    public List<Progress> Voters { get; } = [];

    /// <summary>Seats that are not needed any more, until their nodes know.</summary>
    public List<VoterId> Released { get; } = [];

    /// <summary>When they are told again.</summary>
    public Instant ReleaseAgainAt { get; set; }

    /// <summary>Up to which write a majority has everything.</summary>
    public long Stored { get; set; }

    /// <summary>Up to which write no takeover can lose anything of the session itself.</summary>
    public long Held { get; set; }

    /// <summary>Since when there are writes that a majority does not have.</summary>
    public Instant UnstoredSince { get; set; } = Instant.Never;

    /// <summary>The write by which the change of voters under way began or ended.</summary>
    public long ChangeNumber { get; set; }

    /// <summary>Who was a voter before the change that ended last.</summary>
    public List<VoterId> Leaving { get; } = [];

    /// <summary>Voters that are to be.</summary>
    public Seating? Seating { get; set; }

    /// <summary>How often seats were asked for.</summary>
    public long Seatings { get; set; }

    /// <summary>When voters are chosen again.</summary>
    public Instant PlanAt { get; set; }

    /// <summary>To whom the session should go; nobody.</summary>
    public ushort? HandOverTo { get; set; }

    /// <summary>When an ending session is forgotten in any case.</summary>
    public Instant ForgetAt { get; set; } = Instant.Never;
}
