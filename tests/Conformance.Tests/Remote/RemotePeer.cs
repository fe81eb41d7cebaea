using System.Text.Json;
using Conformance.Tests.Support;
using Edge.Processes;

namespace Conformance.Tests.Remote;

/// <summary>A peer connection of another implementation, and its session of ours.</summary>
internal sealed class RemotePeer
{
    private readonly IPeerHost _host;
    private readonly ApiClient _api;

    private RemotePeer(IPeerHost host, ApiClient api, string name, string session)
    {
        _host = host;
        _api = api;
        Name = name;
        SessionId = session;
    }

    /// <summary>What the host calls it.</summary>
    public string Name { get; }

    /// <summary>Its session.</summary>
    public string SessionId { get; }

    /// <summary>A text of its descriptions that is replaced, where a test needs another than its stack
    /// writes: JSON of {was, is}.</summary>
    public string? Replace { get; init; }

    /// <summary>Makes a peer with a session, and nothing agreed yet.</summary>
    public static async Task<RemotePeer> CreateAsync(
        IPeerHost host,
        ApiClient api,
        string name,
        string? replace = null,
        string? configuration = null
    )
    {
        var peer = new RemotePeer(host, api, name, await api.NewSessionAsync())
        {
            Replace = replace,
        };
        await peer.AskAsync(
            "create",
            configuration is null ? "" : $"\"configuration\":{configuration}"
        );
        return peer;
    }

    /// <summary>Makes a peer whose session comes with its first offer (sessions/new with a body), and waits
    /// until it is connected.</summary>
    public static async Task<RemotePeer> OfferAsync(
        IPeerHost host,
        ApiClient api,
        string name,
        Func<RemotePeer, Task> prepare
    )
    {
        var draft = new RemotePeer(host, api, name, "");
        await draft.AskAsync("create");
        await prepare(draft);
        var offer = ApiClient.Description("offer", await draft.OfferAsync());
        var created = (await api.PostAsync("/sessions/new", $"{{{offer}}}")).Expect(201);
        var peer = new RemotePeer(host, api, name, created.Find("sessionId")!);
        await peer.AcceptAsync(created.Sdp);
        await peer.ConnectedAsync();
        return peer;
    }

    /// <summary>Runs an operation on it.</summary>
    /// <param name="operation">Its name.</param>
    /// <param name="more">Further arguments: members of a JSON object.</param>
    public Task<JsonElement> AskAsync(string operation, string more = "") =>
        _host.AskAsync(operation, $"{{\"peer\":\"{Name}\"{(more.Length > 0 ? "," : "")}{more}}}");

    /// <summary>Its offer as it goes to the server.</summary>
    public async Task<string> OfferAsync(string more = "")
    {
        var replace = Replace is null ? "" : $"\"replace\":{Replace}";
        var separator = replace.Length > 0 && more.Length > 0 ? "," : "";
        return Sdp(await AskAsync("offer", replace + separator + more));
    }

    /// <summary>Takes the server's answer to its offer.</summary>
    public Task AcceptAsync(string sdp) =>
        AskAsync("accept", $"\"sdp\":{JsonSerializer.Serialize(sdp)}");

    /// <summary>Answers an offer of the server.</summary>
    public async Task AnswerAsync(Reply offered)
    {
        var replace = Replace is null ? "" : $",\"replace\":{Replace}";
        var sdp = JsonSerializer.Serialize(offered.Sdp);
        var answer = Sdp(await AskAsync("answer", $"\"sdp\":{sdp}{replace}"));
        (await _api.RenegotiateAsync(SessionId, answer)).Expect(200);
    }

    /// <summary>What it has seen so far.</summary>
    public async Task<Seen> LookAsync() => new(await AskAsync("look"));

    /// <summary>Waits until it has seen enough.</summary>
    public Task<Seen> UntilAsync(string expectation, Func<Seen, bool> isEnough) =>
        Patience.UntilAsync($"{Name}: {expectation}", LookAsync, isEnough);

    /// <summary>Waits until it is connected.</summary>
    public Task ConnectedAsync() =>
        UntilAsync("it is connected", seen => seen.State is "connected");

    private static string Sdp(JsonElement result) => result.GetProperty("sdp").GetString()!;

    /// <summary>What a peer has seen.</summary>
    internal sealed record Seen(JsonElement Text)
    {
        /// <summary>The peer connection's state.</summary>
        public string State => Text.GetProperty("state").GetString()!;

        /// <summary>A channel; throws when there is none.</summary>
        public ChannelSeen Channel(string name) =>
            new(Text.GetProperty("channels").GetProperty(name));

        /// <summary>Pictures, or blocks of sound, of a section; 0 before its first.</summary>
        public int Frames(string mid) =>
            Text.GetProperty("tracks").TryGetProperty(mid, out var track)
                ? track.GetProperty("count").GetInt32()
                : 0;

        /// <summary>Longest time without a picture, or sound.</summary>
        public int FrameGapMs(string mid) =>
            Text.GetProperty("tracks").GetProperty(mid).GetProperty("gapMs").GetInt32();
    }

    /// <summary>What came on a channel.</summary>
    internal sealed record ChannelSeen(JsonElement Text)
    {
        public string State => Text.GetProperty("state").GetString()!;

        public int Messages => Number("count");

        public int Different => Number("different");

        public int Broken => Number("broken");

        public int Repeated => Number("repeated");

        public int Backwards => Number("backwards");

        public int Highest => Number("highest");

        public int Longest => Number("longest");

        public int GapMs => Number("gapMs");

        public IReadOnlyList<string> Texts =>
            [.. Text.GetProperty("texts").EnumerateArray().Select(text => text.GetString()!)];

        private int Number(string name) => Text.GetProperty(name).GetInt32();
    }
}
