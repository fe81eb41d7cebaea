using Conformance.Tests.Remote;
using Conformance.Tests.Support;

namespace Conformance.Tests.Channels;

/// <summary>The calls of §1.10, and what a client does with their answers.</summary>
internal static class ChannelCalls
{
    private const string Events =
        "\"dataChannel\":{\"location\":\"remote\",\"dataChannelName\":\"server-events\"}";

    /// <summary>POST datachannels/establish, by the client's offer if there is one.</summary>
    public static Task<Reply> EstablishAsync(
        this ApiClient api,
        string session,
        string? offer = null
    )
    {
        var description = offer is null ? "" : $",{ApiClient.Description("offer", offer)}";
        return api.PostAsync(
            $"/sessions/{session}/datachannels/establish",
            $"{{{Events}{description}}}"
        );
    }

    /// <summary>POST datachannels/new.</summary>
    public static Task<Reply> NewChannelsAsync(
        this ApiClient api,
        string session,
        params IEnumerable<string> items
    ) => api.PostAsync($"/sessions/{session}/datachannels/new", Body(items));

    /// <summary>PUT datachannels/update.</summary>
    public static Task<Reply> UpdateChannelsAsync(
        this ApiClient api,
        string session,
        params IEnumerable<string> items
    ) => api.PutAsync($"/sessions/{session}/datachannels/update", Body(items));

    /// <summary>PUT datachannels/close.</summary>
    public static Task<Reply> CloseChannelsAsync(
        this ApiClient api,
        string session,
        params IEnumerable<int> ids
    ) =>
        api.PutAsync(
            $"/sessions/{session}/datachannels/close",
            Body(ids.Select(id => $"{{\"id\":{id}}}"))
        );

    /// <summary>A channel that the session publishes.</summary>
    public static string Local(string name, string more = "") =>
        $$"""{"location":"local","dataChannelName":"{{name}}"{{more}}}""";

    /// <summary>A channel of another session.</summary>
    public static string Remote(string session, string name, string more = "") =>
        $$"""{"location":"remote","sessionId":"{{session}}","dataChannelName":"{{name}}"{{more}}}""";

    /// <summary>Asks for one channel and opens it at the peer under the id of the answer.</summary>
    /// <param name="api">The API.</param>
    /// <param name="peer">The peer.</param>
    /// <param name="item">What is asked for.</param>
    /// <param name="name">What the peer calls it.</param>
    /// <param name="options">How the peer sends on it: members of RTCDataChannelInit.</param>
    /// <returns>The id.</returns>
    public static async Task<int> OpenAsync(
        this ApiClient api,
        RemotePeer peer,
        string item,
        string name,
        string options = ""
    )
    {
        var made = (await api.NewChannelsAsync(peer.SessionId, item)).Expect(200);
        var channel = Assert.Single(made.DataChannels);
        Assert.False(channel.TryGetProperty("errorCode", out _), made.Text);
        var id = channel.GetProperty("id").GetInt32();
        Assert.InRange(id, 1, 65_534);
        var more = options.Length > 0 ? $",{options}" : "";
        await peer.AskAsync(
            "channel",
            $"\"channel\":\"{name}\",\"options\":{{\"negotiated\":true,\"id\":{id}{more}}}"
        );
        await peer.UntilAsync($"{name} is open", seen => seen.Channel(name).State is "open");
        return id;
    }

    /// <summary>Sends messages that tell their number and whether they came whole.</summary>
    public static Task SendAsync(
        this RemotePeer peer,
        string channel,
        int count,
        int size,
        int first = 0
    ) =>
        peer.AskAsync(
            "send",
            $"\"channel\":\"{channel}\",\"count\":{count},\"size\":{size},\"first\":{first}"
        );

    /// <summary>Sends a text.</summary>
    public static Task SayAsync(this RemotePeer peer, string channel, string text) =>
        peer.AskAsync("send", $"\"channel\":\"{channel}\",\"text\":\"{text}\"");

    private static string Body(IEnumerable<string> items) =>
        $"{{\"dataChannels\":[{string.Join(',', items)}]}}";
}
