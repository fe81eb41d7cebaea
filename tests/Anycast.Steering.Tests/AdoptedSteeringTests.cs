using System.Text;
using Edge.Primitives;
using Edge.Testing;
using Xunit;

namespace Anycast.Steering.Tests;

/// <summary>Sessions that another node has than the one that their names say.</summary>
public sealed class AdoptedSteeringTests
{
    private const ushort Pop = 7;
    private const ushort Self = 1;
    private const ushort Former = 2;
    private const ushort Heir = 3;

    private static readonly Instant Now = Instant.FromMilliseconds(1000);
    private static readonly PopKey Key = PopKey.Create(Pop, id: 1, "the secret of this PoP.."u8);
    private static readonly PopKeyRing Keys = new(Key);
    private static readonly NetworkAddress Client = NetworkAddress.FromIPv4(0xC000_0201, 5003);

    private readonly Prng _random = Seeds.Random();

    private readonly Steerer _steerer = new(
        Keys,
        new FlowTable(Seeds.Random()),
        new AdoptionTable(),
        new PopView(Pop, Self, Heir)
    );

    [Theory]
    [InlineData(Former)]
    [InlineData(Self)]
    public void SteerCheck_SessionThatMoved_GoesToWhoHasIt(ushort code)
    {
        var fragment = Fragment(code);
        Adopt(fragment, Heir);

        var decision = _steerer.SteerCheck(fragment, Client, Now);

        Assert.Equal(SteeringAction.Forward, decision.Action);
        Assert.Equal(SteeringReason.AdoptedByPeer, decision.Reason);
        Assert.Equal(Heir, decision.Owner.Node);
        // What the client sends behind it goes there, too.
        Assert.Equal(decision.Owner, _steerer.SteerFlow(Client, FlowStage.Established, Now).Owner);
    }

    /// <summary>Who gave the session away may be there yet, or there again.</summary>
    [Fact]
    public void SteerCheck_SessionThatMovedFromWhoIsThere_GoesToWhoHasIt()
    {
        _steerer.SetView(new PopView(Pop, Self, Former, Heir));
        var fragment = Fragment(Former);
        Adopt(fragment, Heir);

        Assert.Equal(Heir, _steerer.SteerCheck(fragment, Client, Now).Owner.Node);
        Assert.Equal(Former, _steerer.SteerCheck(Fragment(Former), Client, Now).Owner.Node);
    }

    [Fact]
    public void SteerCheck_HolderGone_GoesWhereTheCodeSays()
    {
        _steerer.SetView(new PopView(Pop, Self, Former, Heir));
        var fragment = Fragment(Former);
        Adopt(fragment, Heir);
        _steerer.SetView(new PopView(Pop, Self, Former));

        Assert.Equal(Former, _steerer.SteerCheck(fragment, Client, Now).Owner.Node);
        _steerer.SetView(new PopView(Pop, Self));
        Assert.Equal(SteeringReason.OwnerGone, _steerer.SteerCheck(fragment, Client, Now).Reason);
    }

    /// <summary>Only a code that was made with the key is looked for.</summary>
    [Fact]
    public void SteerCheck_ForgedCode_GoesNowhere()
    {
        var fragment = Fragment(Former);
        Adopt(fragment, Heir);
        fragment[10] ^= 1;

        Assert.Equal(SteeringAction.Drop, _steerer.SteerCheck(fragment, Client, Now).Action);
        Assert.Equal(
            SteeringAction.Drop,
            _steerer.SteerOn(fragment, Client, FlowStage.Established, from: 9, Now).Action
        );
    }

    [Fact]
    public void SteerOn_SessionThatMovedOn_GoesOnOnceAndNeverBack()
    {
        var fragment = Fragment(Self);
        Assert.Equal(
            SteeringAction.Drop,
            _steerer.SteerOn(fragment, Client, FlowStage.Established, from: 9, Now).Action
        );
        Adopt(fragment, Heir);
        _steerer.Flows.Set(Client, new FlowOwner(Heir, 3), Now);

        Assert.Equal(
            Heir,
            _steerer.SteerOn(fragment, Client, FlowStage.Established, from: 9, Now).Owner.Node
        );
        Assert.Equal(
            new FlowOwner(Heir, 3),
            _steerer.SteerOn([], Client, FlowStage.Established, from: 9, Now).Owner
        );
        Assert.Equal(
            SteeringAction.Drop,
            _steerer.SteerOn(fragment, Client, FlowStage.Established, Heir, Now).Action
        );
        Assert.Equal(
            SteeringAction.Drop,
            _steerer.SteerOn([], Client, FlowStage.Established, Heir, Now).Action
        );
    }

    /// <summary>The code alone says nothing here: it was believed by whoever passed the check on.</summary>
    [Fact]
    public void SteerOn_CodeOfAPeer_GoesNowhere() =>
        Assert.Equal(
            SteeringAction.Drop,
            _steerer.SteerOn(Fragment(Heir), Client, FlowStage.Established, from: 9, Now).Action
        );

    /// <summary>A flow of another PoP is another matter.</summary>
    [Fact]
    public void SteerOn_FlowOfAnotherPop_GoesNowhere()
    {
        _steerer.Flows.Set(Client, new FlowOwner(Heir, 0) { OtherPop = 8 }, Now);

        Assert.Equal(
            SteeringAction.Drop,
            _steerer.SteerOn([], Client, FlowStage.Established, from: 9, Now).Action
        );
    }

    [Fact]
    public void SteerCheckAndSteerOn_Adopted_AllocateNothing()
    {
        var fragment = Fragment(Former);
        Adopt(fragment, Heir);
        AllocationAssert.None(() =>
        {
            _ = _steerer.SteerCheck(fragment, Client, Now);
            _ = _steerer.SteerOn(fragment, Client, FlowStage.Established, from: 9, Now);
            _ = _steerer.SteerOn([], Client, FlowStage.Established, from: 9, Now);
        });
    }

    private byte[] Fragment(ushort node) =>
        Encoding.ASCII.GetBytes(OwnerCode.CreateFragment(Key, node, _random));

    private void Adopt(byte[] fragment, ushort holder)
    {
        Assert.Equal(
            OwnerCodeStatus.Ok,
            OwnerCode.TryReadFragment(fragment, Keys, out var code, out var mark)
        );
        _steerer.Adoptions.Set(mark, holder, code.Node, isRepeated: false, Now);
    }
}
