using System.Text;
using Anycast.Steering;
using Edge.Node.Steering;
using Edge.Primitives;
using Edge.Testing;
using Xunit;

namespace Edge.Node.Tests.Steering;

/// <summary>What a shard passes on that another node passed on to it.</summary>
public sealed class ShardSteeringTests
{
    private static readonly Instant Now = Instant.FromMilliseconds(1000);
    private static readonly ushort Pop = OwnerCode.NumberOf("pop");
    private static readonly ushort Self = OwnerCode.NumberOf("self");
    private static readonly ushort Heir = OwnerCode.NumberOf("heir");
    private static readonly ushort From = OwnerCode.NumberOf("from");
    private static readonly PopKey Key = PopKey.Create(Pop, id: 1, "the secret of this PoP.."u8);
    private static readonly NetworkAddress Client = NetworkAddress.FromIPv4(0xC000_0201, 5003);
    private static readonly NetworkAddress HeirsHop = NetworkAddress.FromIPv4(0xC000_0202, 7100);

    private readonly Prng _random = Seeds.Random();
    private readonly ShardSteering _steering;
    private readonly byte[] _fragment;

    public ShardSteeringTests()
    {
        _steering = new ShardSteering(
            new PopKeyRing(Key),
            PopPeers.Create(
                Pop,
                Self,
                [
                    new PopMember("heir", HeirsHop, IsConnected: true),
                    new PopMember("from", NetworkAddress.FromIPv4(0xC000_0203, 7100), true),
                ]
            ),
            _random
        );
        _fragment = Encoding.ASCII.GetBytes(OwnerCode.CreateFragment(Key, Self, _random));
    }

    [Fact]
    public void TrySteerOn_SessionThatMovedOn_GoesToWhoHasItOnce()
    {
        Assert.False(TrySteerOn(new HopHeader(From, 0, Client, default), out _));
        Assert.True(_steering.TryHearAdoptions(Letter(), Now));

        Assert.True(TrySteerOn(new HopHeader(From, 0, Client, default), out var hop));
        Assert.Equal(HeirsHop, hop);
        // Not what was passed on twice, nor back.
        Assert.False(TrySteerOn(new HopHeader(From, 0, Client, default, IsOnward: true), out _));
        Assert.False(TrySteerOn(new HopHeader(Heir, 0, Client, default), out _));
    }

    [Fact]
    public void TrySteerOn_Any_AllocatesNothing()
    {
        Assert.True(_steering.TryHearAdoptions(Letter(), Now));
        var header = new HopHeader(From, 0, Client, default);
        AllocationAssert.None(() =>
        {
            _ = _steering.TrySteerOn(_fragment, FlowStage.Established, header, out _, out _, Now);
            _ = _steering.TrySteerOn([], FlowStage.Opening, header, out _, out _, Now);
            _ = _steering.TryFindProof(Client, out _, Now);
            _ = _steering.TryFindOther(Client, out _, Now);
        });
    }

    [Fact]
    public void Write_PassedOnBefore_IsReadSo()
    {
        Span<byte> datagram = stackalloc byte[100];
        var length = _steering.Write(
            datagram,
            new FlowOwner(Heir, 0),
            Client,
            default,
            [1, 2, 3],
            isOnward: true
        );

        Assert.True(_steering.TryRead(datagram[..length], out var header, out _));
        Assert.True(header.IsOnward);
    }

    private bool TrySteerOn(in HopHeader header, out NetworkAddress hop) =>
        _steering.TrySteerOn(_fragment, FlowStage.Established, header, out _, out hop, Now);

    /// <summary>The heir says that it has the session.</summary>
    private byte[] Letter()
    {
        _ = OwnerCode.TryReadFragment(_fragment, new PopKeyRing(Key), out _, out var mark);
        var letter = new byte[AdoptionLetter.HeaderBytes + AdoptionLetter.EntryBytes];
        var length = AdoptionLetter.WriteHeader(letter, Heir);
        AdoptionLetter.WriteEntry(
            letter.AsSpan(length),
            new AdoptionWord(AdoptedName.Fragment, mark, Self)
        );
        return letter;
    }
}
