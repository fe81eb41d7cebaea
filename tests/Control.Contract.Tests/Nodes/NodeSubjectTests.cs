using Control.Contract.Nodes;

namespace Control.Contract.Tests.Nodes;

/// <summary>How nodes are named on the bus.</summary>
public sealed class NodeSubjectTests
{
    private static readonly NodeAddress Node = new(4711, 42);

    [Fact]
    public void Subjects_OfANode_HoldItsNumbers()
    {
        Assert.Equal("node.4711.42", NodeSubject.Requests(Node));
        Assert.Equal("nodes.4711.42", NodeSubject.Announcement(Node));
        Assert.Equal("nodes.4711.*", NodeSubject.AnnouncementsOf(4711));
    }

    [Fact]
    public void TryParseAnnouncement_OwnSubject_TheNode()
    {
        Assert.True(NodeSubject.TryParseAnnouncement("nodes.4711.42", out var node));
        Assert.Equal(Node, node);
    }

    [Theory]
    [InlineData("nodes.4711")]
    [InlineData("nodes.4711.42.1")]
    [InlineData("nodes.65536.1")]
    [InlineData("nodes.1.65536")]
    [InlineData("nodes.-1.1")]
    [InlineData("nodes. 1.1")]
    [InlineData("nodes.01.1")]
    [InlineData("nodes.1.")]
    [InlineData("node.1.1")]
    [InlineData("")]
    public void TryParseAnnouncement_AnythingElse_Refused(string subject) =>
        Assert.False(NodeSubject.TryParseAnnouncement(subject, out _));
}
