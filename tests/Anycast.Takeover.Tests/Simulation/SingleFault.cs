namespace Anycast.Takeover.Tests.Simulation;

/// <summary>What may happen to one node of a PoP that is well otherwise.</summary>
public enum SingleFault
{
    /// <summary>The owner's process dies; the others are told.</summary>
    ProcessDies,

    /// <summary>The owner's machine dies; the others miss its signs of life.</summary>
    MachineDies,

    /// <summary>The owner's process stands still for less than anybody notices.</summary>
    OwnerHangsBriefly,

    /// <summary>It stands still for seconds, and goes on.</summary>
    OwnerHangs,

    /// <summary>The LAN carries nothing from or to the owner.</summary>
    OwnerIsCutOff,

    /// <summary>Nothing from it.</summary>
    OwnerIsNotHeard,

    /// <summary>Nothing to it, for less than what it has reserved lasts.</summary>
    OwnerHearsNothing,

    /// <summary>Nothing to it, for longer.</summary>
    OwnerHearsNothingForLong,

    /// <summary>The owner's clock jumps ten seconds ahead.</summary>
    OwnersClockJumpsAhead,

    /// <summary>The owner's clock jumps a second back.</summary>
    OwnersClockJumpsBack,

    /// <summary>A voter dies and does not come back.</summary>
    SuccessorDies,

    /// <summary>A voter dies and starts anew.</summary>
    SuccessorRestarts,

    /// <summary>A voter stands still for seconds.</summary>
    SuccessorHangs,

    /// <summary>The LAN carries nothing from or to a voter.</summary>
    SuccessorIsCutOff,

    /// <summary>Nothing from it.</summary>
    SuccessorIsNotHeard,

    /// <summary>Nothing to it.</summary>
    SuccessorHearsNothing,

    /// <summary>The LAN carries nothing at all for half a second.</summary>
    LanIsDead,

    /// <summary>No fault: the session is given away, as for a drain.</summary>
    HandOver,
}
