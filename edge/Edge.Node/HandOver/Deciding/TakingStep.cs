namespace Edge.Node.HandOver.Deciding;

/// <summary>What is done with a group that another node gives, in this order.</summary>
internal enum TakingStep : byte
{
    /// <summary>Whether sessions are taken now.</summary>
    Consider,

    /// <summary>The letter is opened.</summary>
    Open,

    /// <summary>Room is kept for its sessions, because other letters come meanwhile.</summary>
    Reserve,

    /// <summary>Its sessions are read.</summary>
    Read,

    /// <summary>Whether none of them is known here.</summary>
    Compare,

    /// <summary>What they need is found. Nobody knows of them yet.</summary>
    Find,

    /// <summary>They are made. What fails from here on costs a session, not the group: nothing of it can go anywhere else any
    /// more.</summary>
    Enter,

    /// <summary>Their shards are given them.</summary>
    Resume,

    /// <summary>They are known, here and to others: what comes for them from now on finds them resumed.</summary>
    Know,

    /// <summary>Once their shards have them, they look for what they read.</summary>
    GoOn,

    /// <summary>The group is taken, or it is known why not.</summary>
    Over,
}
