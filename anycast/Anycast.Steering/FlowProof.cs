namespace Anycast.Steering;

/// <summary>What the owner of a flow knows of whether its client is at the flow's address.</summary>
public enum FlowProof : byte
{
    /// <summary>It does not say: it is of the version before. Who says so last has the flow.</summary>
    Unsaid,

    /// <summary>A check came from there, which somebody may have recorded, and sent again from an address of his choice.</summary>
    Asked,

    /// <summary>The client was there a moment ago: it received what was sent there, or sent what only it can, and for the first
    /// time.</summary>
    Proved,
}
