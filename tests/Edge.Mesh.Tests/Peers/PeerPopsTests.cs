using Edge.Mesh.Peers;
using Edge.Testing;
using Xunit;

namespace Edge.Mesh.Tests.Peers;

/// <summary>What is counted of each other PoP, and of how many.</summary>
public sealed class PeerPopsTests
{
    private readonly PeerPops _peers = new();

    [Fact]
    public void Of_ThePopAgain_IsTheSamePlace()
    {
        var peer = _peers.Of(7);

        Assert.Same(peer, _peers.Of(7));
        Assert.NotSame(peer, _peers.Of(8));
        Assert.Equal<ushort?>([7, 8], _peers.Known.ToArray().Select(each => each.Number));
    }

    /// <summary>A node that may speak on the bus can name any PoP: the number of series stays what it is.</summary>
    [Fact]
    public void Of_MorePopsThanPlaces_FurtherOnesAreCountedTogether()
    {
        for (ushort pop = 0; pop < PeerPops.PopsMax; pop++)
        {
            Assert.NotSame(_peers.Others, _peers.Of(pop));
        }

        Assert.Same(_peers.Others, _peers.Of(60_000));
        Assert.Same(_peers.Others, _peers.Of(60_001));
        Assert.Equal(PeerPops.PopsMax, _peers.Known.Length);
        Assert.Equal<ushort?>(3, _peers.Of(3).Number);
    }

    [Fact]
    public void NoteIn_NoteOut_NoteLost_NoteRepaired_NoteTooLate_AllocateNothing() =>
        AllocationAssert.None(
            _peers.Of(7),
            peer =>
            {
                peer.NoteIn(1000, 9);
                peer.NoteOut(1000, 9);
                peer.NoteLost(1);
                peer.NoteRepaired();
                peer.NoteTooLate();
            }
        );
}
