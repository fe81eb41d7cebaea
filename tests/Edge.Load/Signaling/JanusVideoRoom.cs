using System.Text.Json.Nodes;
using Edge.Protocol.Negotiation.Offering;
using Edge.Testing.Clients;

namespace Edge.Load.Signaling;

/// <summary>A room of Janus' VideoRoom plugin with one publisher.</summary>
/// <remarks>The publisher offers; viewers answer what Janus offers, and let it send the checks.</remarks>
internal sealed class JanusVideoRoom(LoadOptions options, ClientFactory clients, LoadClock clock)
    : ISignaling
{
    private const int Room = 4242;

    private readonly JanusApi _api = new(options.Janus!);
    private long _feed;

    public async Task<SocketClient> PublishAsync(ClientStream[] streams)
    {
        await _api.OpenAsync();
        var handle = await _api.AttachAsync();
        _ = await _api.AskAsync(handle, DescribeRoom());
        var joined = await _api.AskAsync(
            handle,
            new JsonObject
            {
                ["request"] = "join",
                ["ptype"] = "publisher",
                ["room"] = Room,
            }
        );
        _feed = (long)joined["plugindata"]!["data"]!["id"]!;
        var socket = SocketClient.Open(options.Bind);
        var offer = clients.OfferPublish(
            new OfferOptions { Tracks = ClientFactory.AudioVideo },
            socket.Local
        );
        var answer = await _api.AskAsync(
            handle,
            new JsonObject { ["request"] = "publish" },
            Jsep("offer", offer.Sdp)
        );
        var sdp = (string)answer["jsep"]!["sdp"]!;
        return new(clients.Connect(offer, sdp, clock.Now, streams), "publisher", socket);
    }

    public async Task PlayAsync(Action<SocketClient> started)
    {
        var handle = await _api.AttachAsync();
        var offer = await _api.AskAsync(
            handle,
            new JsonObject
            {
                ["request"] = "join",
                ["ptype"] = "subscriber",
                ["room"] = Room,
                ["streams"] = new JsonArray(new JsonObject { ["feed"] = _feed }),
            }
        );
        var socket = SocketClient.Open(options.Bind, stampsArrivals: true);
        var answer = clients.AnswerPlay((string)offer["jsep"]!["sdp"]!, socket.Local, clock.Now);
        started(new SocketClient(answer.Client, "viewer", socket) { ArrivalTime = clock.Read });
        _ = await _api.AskAsync(
            handle,
            new JsonObject { ["request"] = "start" },
            Jsep("answer", answer.Sdp)
        );
    }

    public async Task LeaveAsync() => await _api.CloseAsync();

    public void Dispose() => _api.Dispose();

    /// <summary>Nothing but forwarding: no levels, no recording, no cap, no periodic key frames.</summary>
    private static JsonObject DescribeRoom() =>
        new()
        {
            ["request"] = "create",
            ["room"] = Room,
            ["publishers"] = 1,
            ["bitrate"] = 0,
            ["fir_freq"] = 0,
            ["audiocodec"] = "opus",
            ["videocodec"] = "vp8",
            ["audiolevel_ext"] = false,
            ["audiolevel_event"] = false,
            ["notify_joining"] = false,
        };

    private static JsonObject Jsep(string type, string sdp) =>
        new() { ["type"] = type, ["sdp"] = sdp };
}
