using Control.Contract.Calls;
using Control.Server.Placement;
using Edge.Testing;

namespace Control.Server.Tests.Placement;

/// <summary>One list of what several nodes have.</summary>
public sealed class SessionPagesTests
{
    [Fact]
    public void Merge_PagesOfAll_OneInTheOrderOfIds()
    {
        var page = SessionPages.Merge([Of(null, "b", "e"), Of(null), Of(null, "a", "c")], 10);
        Assert.Equal(["a", "b", "c", "e"], Ids(page), StringComparer.Ordinal);
        Assert.Null(page.Next);
        Assert.False(page.IsIncomplete);
    }

    [Fact]
    public void Merge_MoreThanAsked_CutAndGoesOn()
    {
        var page = SessionPages.Merge([Of(null, "b", "e"), Of(null, "a", "c")], 3);
        Assert.Equal(["a", "b", "c"], Ids(page), StringComparer.Ordinal);
        Assert.Equal("c", page.Next);
    }

    /// <summary>Where a node's page ends, but not its sessions, nothing behind may be shown: the next page
    /// begins after the last that is shown, and what the node has before would be passed over.</summary>
    [Fact]
    public void Merge_AShortPageThatGoesOn_NothingBehindItsEnd()
    {
        var page = SessionPages.Merge([Of("b", "a", "b"), Of(null, "c", "x"), Of("y", "y")], 10);
        Assert.Equal(["a", "b"], Ids(page), StringComparer.Ordinal);
        Assert.Equal("b", page.Next);
    }

    [Fact]
    public void Merge_OneNodeIsMissing_SaysSo()
    {
        var missing = new SessionPage([], null) { IsIncomplete = true };
        var page = SessionPages.Merge([Of(null, "a"), missing], 10);
        Assert.True(page.IsIncomplete);
        Assert.Equal(["a"], Ids(page), StringComparer.Ordinal);
        Assert.Null(page.Next);
    }

    [Fact]
    public void Merge_NoNodes_Empty()
    {
        var page = SessionPages.Merge([], 10);
        Assert.Empty(page.Sessions);
        Assert.Null(page.Next);
    }

    /// <summary>However sessions lie on nodes, and however short each node's pages are: page by page, every
    /// session comes once and in order.</summary>
    [Fact]
    public void Merge_PageByPage_EverySessionOnceInOrder() =>
        Seeds.Check(
            random =>
            {
                var nodes = Enumerable.Range(0, 3).Select(_ => new List<string>()).ToArray();
                for (var count = random.NextInt32(60); count > 0; count--)
                {
                    nodes[random.NextInt32(3)].Add($"{random.NextUInt32():x8}");
                }

                foreach (var node in nodes)
                {
                    node.Sort(StringComparer.Ordinal);
                }

                var seen = new List<string>();
                string? after = null;
                do
                {
                    var countMax = 1 + random.NextInt32(10);
                    var pages = nodes
                        .Select(node =>
                            Read(node, after, Math.Min(countMax, 1 + random.NextInt32(5)))
                        )
                        .ToArray();
                    var page = SessionPages.Merge(pages, countMax);
                    Assert.True(page.Sessions.Length <= countMax);
                    Assert.False(page.Next is not null && page.Sessions.IsEmpty);
                    seen.AddRange(Ids(page));
                    after = page.Next;
                } while (after is not null);

                Assert.Equal(
                    nodes.SelectMany(node => node).Order(StringComparer.Ordinal),
                    seen,
                    StringComparer.Ordinal
                );
            },
            rounds: 500
        );

    private static SessionPage Read(List<string> node, string? after, int countMax)
    {
        var left = node.Where(id => after is null || string.CompareOrdinal(id, after) > 0).ToList();
        string[] page = [.. left.Take(countMax)];
        return Of(page.Length < countMax ? null : page[^1], page);
    }

    private static SessionPage Of(string? next, params string[] ids) =>
        new([.. ids.Select(Samples.State)], next);

    private static IEnumerable<string> Ids(SessionPage page) =>
        page.Sessions.Select(each => each.SessionId);
}
