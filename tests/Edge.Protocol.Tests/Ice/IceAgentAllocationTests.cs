using Edge.Primitives;
using Edge.Protocol.Ice;
using Edge.Testing;
using Xunit;
using static Edge.Protocol.Tests.Ice.IceWire;

namespace Edge.Protocol.Tests.Ice;

public sealed class IceAgentAllocationTests
{
    private static readonly Instant Start = Instant.FromMilliseconds(1000);

    [Fact]
    public void HandleDatagramAndPollTransmit_KeepaliveCheck_AllocateNothing()
    {
        var agent = CreateAgent();
        var check = Check(isNominating: true);
        var buffer = new byte[200];
        AllocationAssert.None(() =>
        {
            agent.HandleDatagram(AddressA, check, Start);
            if (agent.PollTransmit(buffer, Start, out _) == 0)
            {
                throw new InvalidOperationException("The check was not answered.");
            }

            agent.PollEvent(out _);
        });
    }

    [Fact]
    public void HandleDatagram_Junk_AllocatesNothing()
    {
        var agent = CreateAgent();
        var check = Check(to: new IceCredentials(Server.UsernameFragment, "wrong"));
        AllocationAssert.None(() => agent.HandleDatagram(AddressA, check, Start));
    }

    [Fact]
    public void IsValidatedAndMaySend_ValidatedAddress_AllocateNothing()
    {
        var agent = CreateAgent();
        agent.HandleDatagram(AddressA, Check(isNominating: true), Start);
        AllocationAssert.None(() =>
        {
            if (
                !agent.IsValidated(AddressA)
                || agent.IsValidated(AddressB)
                || !agent.MaySend(Start)
            )
            {
                throw new InvalidOperationException("The address is not validated.");
            }
        });
    }

    private static IceAgent CreateAgent()
    {
        var agent = new IceAgent(IceMode.Lite, Server, Prng.FromNumber(1), new IceOptions());
        agent.SetRemote(Client, Start);
        return agent;
    }
}
