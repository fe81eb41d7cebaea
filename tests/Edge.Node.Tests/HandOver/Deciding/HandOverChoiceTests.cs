using System.Globalization;
using Edge.Node.HandOver.Deciding;
using Edge.Node.HandOver.Desk;
using Xunit;

namespace Edge.Node.Tests.HandOver.Deciding;

/// <summary>Groups are spread over who has room.</summary>
public sealed class HandOverChoiceTests
{
    [Fact]
    public void Choose_ManyGroups_SpreadAndNoNodeBeyondItsRoom()
    {
        var choice = new HandOverChoice([Peer(1, 1000), Peer(2, 1000), Peer(3, 30)]);
        var sessions = new int[4];
        for (var group = 0; group < 100; group++)
        {
            Assert.True(choice.TryChoose(Id(group), 10, out var peer));
            sessions[peer.Node] += 10;
        }

        Assert.Equal(30, sessions[3]);
        Assert.InRange(sessions[1], 250, 750);
    }

    [Fact]
    public void Choose_SameSession_SameNodeWhoeverElseThereIs()
    {
        for (var group = 0; group < 100; group++)
        {
            var few = new HandOverChoice([Peer(1, 100), Peer(2, 100)]);
            var more = new HandOverChoice([Peer(3, 100), Peer(2, 100), Peer(1, 100)]);
            Assert.True(few.TryChoose(Id(group), 1, out var before));
            Assert.True(more.TryChoose(Id(group), 1, out var after));
            Assert.True(after.Node == 3 || after == before);
        }
    }

    [Fact]
    public void Choose_NoRoomOrExcluded_Nobody()
    {
        var only = Peer(1, 31);
        var choice = new HandOverChoice([only]);
        Assert.False(choice.TryChoose("a", 32, out _));
        Assert.True(choice.TryChoose("a", 1, out var peer));
        Assert.Same(only, peer);
        choice.Exclude(only);
        Assert.False(choice.TryChoose("a", 1, out _));
        Assert.False(new HandOverChoice([]).TryChoose("a", 1, out _));
    }

    private static HandOverPeer Peer(ushort node, int room) => new(node, room, 0, 0, 0);

    private static string Id(int group) =>
        string.Create(CultureInfo.InvariantCulture, $"session {group}");
}
