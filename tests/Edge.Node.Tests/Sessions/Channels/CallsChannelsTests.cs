using Control.Contract.Calls;
using Edge.Node.Sessions.Calls;
using Edge.Node.Sessions.Channels;
using Xunit;

namespace Edge.Node.Tests.Sessions.Channels;

/// <summary>Ids and names of a session's data channels.</summary>
public sealed class CallsChannelsTests
{
    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 2)]
    public void Add_Many_IdsOfOurParityBelowTheStreamsOfBrowsers(bool isDtlsClient, int first)
    {
        var channels = new CallsChannels();
        var ids = new List<int>();
        while (Add(channels, $"c{ids.Count}", isDtlsClient) is { } added)
        {
            ids.Add(added.End.Id);
        }

        Assert.Equal(ChannelLimits.ChannelsMax, ids.Count);
        Assert.Equal(first, ids[0]);
        Assert.All(ids, id => Assert.Equal(first % 2, id % 2));
        // Chromium has 1024 streams.
        Assert.True(ids.Max() < 1024);
    }

    [Fact]
    public void Add_AfterFree_UsesTheIdAgain()
    {
        var channels = new CallsChannels();
        var first = Add(channels, "a")!;
        _ = Add(channels, "b");
        channels.Free(first.End.Id);

        Assert.Equal(first.End.Id, Add(channels, "c")!.End.Id);
    }

    /// <summary>A name is free when its channel ends, its id only when both sides have closed it.</summary>
    [Fact]
    public void End_Published_FreesTheNameAndNotTheId()
    {
        var channels = new CallsChannels();
        var first = Add(channels, "a")!;
        Assert.True(channels.TryPublish(first));
        Assert.False(channels.TryPublish(first with { PublisherId = "again" }));
        first.End.HasEnded = true;
        Assert.Same(first, channels.End(first.End));

        Assert.False(channels.TryFind("a", out _));
        Assert.False(channels.TryFind(first.End.Id, out _));
        Assert.NotEqual(first.End.Id, Add(channels, "b")!.End.Id);
    }

    [Fact]
    public void End_OfAnotherChannelWithTheSameId_ChangesNothing()
    {
        var channels = new CallsChannels();
        var first = Add(channels, "a")!;
        channels.TryPublish(first);
        var stale = new PublishedChannel(ChannelFixture.Channels(), first.End.Id);

        Assert.Null(channels.End(stale));
        Assert.True(channels.TryFind("a", out _));
    }

    private static CallsChannel? Add(
        CallsChannels channels,
        string name,
        bool isDtlsClient = false
    ) =>
        channels.Add(
            isDtlsClient,
            id => new CallsChannel(
                TrackLocation.Local,
                "session",
                name,
                new PublishedChannel(ChannelFixture.Channels(), id)
            )
        );
}
