namespace Anycast.Takeover.Tests.Simulation;

/// <summary>Does one fault.</summary>
internal static class SingleFaults
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(2);

    /// <summary>Does it to a session's owner, or to one of its other voters.</summary>
    public static void Do(SimulatedPop pop, SimulatedClient client, SingleFault fault)
    {
        var owner = pop.OwnerOf(client)!;
        var replica = owner.Core.Replicas[client.Session];
        var voters = replica.Ownership!.Voters;
        var voter = pop.Node(voters[pop.Random.NextInt32(voters.Count)].Voter.Id.Node);
        switch (fault)
        {
            case SingleFault.ProcessDies:
            case SingleFault.MachineDies:
                pop.Kill(owner);
                break;
            case SingleFault.OwnerHangsBriefly:
                owner.Pause(pop.Now + TimeSpan.FromMilliseconds(150));
                break;
            case SingleFault.OwnerHangs:
                owner.Pause(pop.Now + Long);
                break;
            case SingleFault.OwnersClockJumpsAhead:
                owner.JumpClock(TimeSpan.FromSeconds(10));
                break;
            case SingleFault.OwnersClockJumpsBack:
                owner.JumpClock(TimeSpan.FromSeconds(-1));
                break;
            case SingleFault.SuccessorDies:
                pop.Kill(voter);
                break;
            case SingleFault.SuccessorRestarts:
                pop.Kill(voter);
                pop.Start(voter);
                break;
            case SingleFault.SuccessorHangs:
                voter.Pause(pop.Now + Long);
                break;
            case SingleFault.HandOver:
                HandOverAll(pop, owner);
                break;
            case SingleFault.LanIsDead:
                CutAll(pop);
                break;
            case SingleFault.OwnerHearsNothingForLong:
                Faults.Cut(pop, owner, isSilent: false, isDeaf: true);
                pop.RunFor(TimeSpan.FromSeconds(8));
                break;
            case SingleFault.OwnerIsCutOff:
            case SingleFault.OwnerIsNotHeard:
            case SingleFault.OwnerHearsNothing:
                CutOne(
                    pop,
                    owner,
                    fault == SingleFault.OwnerIsNotHeard,
                    fault == SingleFault.OwnerHearsNothing
                );
                break;
            case SingleFault.SuccessorIsCutOff:
            case SingleFault.SuccessorIsNotHeard:
            case SingleFault.SuccessorHearsNothing:
                CutOne(
                    pop,
                    voter,
                    fault == SingleFault.SuccessorIsNotHeard,
                    fault == SingleFault.SuccessorHearsNothing
                );
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(fault));
        }
    }

    private static void CutOne(
        SimulatedPop pop,
        SimulatedNode node,
        bool isOnlySilent,
        bool isOnlyDeaf
    ) => Faults.Cut(pop, node, isSilent: !isOnlyDeaf, isDeaf: !isOnlySilent);

    private static void CutAll(SimulatedPop pop)
    {
        foreach (var node in pop.Nodes)
        {
            Faults.Cut(pop, node, isSilent: true, isDeaf: true);
        }

        pop.RunFor(TimeSpan.FromMilliseconds(500));
        pop.Heal();
    }

    private static void HandOverAll(SimulatedPop pop, SimulatedNode owner)
    {
        foreach (var client in pop.Clients)
        {
            owner.Core.HandOver(client.Session, node: 2, owner.Clock(pop.Now));
        }

        pop.Flush(owner);
    }
}
