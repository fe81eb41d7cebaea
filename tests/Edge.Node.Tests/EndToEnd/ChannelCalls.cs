using Control.Contract;
using Control.Contract.Calls;
using Edge.Testing.Clients;
using Xunit;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>What tests of data channels ask of a node and look at.</summary>
internal static class ChannelCalls
{
    public static readonly byte[] Hello = "hello"u8.ToArray();

    public static int Count(SocketClient client, int id) =>
        client.Client.Channels!.MessagesOf(id).Count;

    public static DataChannelRequest Local(string name) =>
        new() { Location = TrackLocation.Local, Name = name };

    public static DataChannelRequest Remote(SocketClient publisher, string name) =>
        new()
        {
            Location = TrackLocation.Remote,
            SessionId = publisher.SessionId,
            Name = name,
        };

    public static async Task<(SocketClient Client, int Id)> PublishAsync(
        NodeHarness harness,
        string name
    )
    {
        var client = await harness.JoinAsync();
        return (client, await harness.OpenAsync(client, Local(name)));
    }

    public static async Task<(SocketClient Client, int Id)> ReadAsync(
        NodeHarness harness,
        DataChannelRequest request
    )
    {
        var client = await harness.JoinAsync();
        var id = await harness.OpenAsync(client, request);
        harness.RunFor(0.1);
        return (client, id);
    }

    /// <summary>What came on a channel, as the numbers that were sent.</summary>
    public static IEnumerable<int> Numbers(SocketClient client, int id) =>
        client.Client.Channels!.MessagesOf(id).Select(message => BitConverter.ToInt32(message));

    /// <summary>The one end of a channel that was told.</summary>
    public static CallsEvent EndOf(NodeHarness harness, EventLog events)
    {
        harness.RunUntil(
            () => events.Count(CallsEventKind.DataChannelEnded) > 0,
            "Nobody was told of the channel's end."
        );
        return Assert.Single(events.Of(CallsEventKind.DataChannelEnded));
    }

    public static async Task UpdateAsync(
        NodeHarness harness,
        SocketClient client,
        DataChannelRequest request
    )
    {
        var updated = await harness.Node.Calls.UpdateDataChannelsAsync(
            new DataChannelsRequest(new SessionKey("app", client.SessionId), [request]),
            CancellationToken.None
        );
        Assert.Null(Assert.Single(updated.Value!.Channels).Error);
    }
}
