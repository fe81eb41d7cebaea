using System.Text.Json.Nodes;
using Edge.Protocol.Negotiation.Offering;
using Edge.Testing.Clients;

namespace Edge.Load.Signaling;

/// <summary>A room of Janus' VideoRoom plugin with one publisher.</summary>
/// <remarks>Publishers offer; viewers answer what Janus offers, and let it send the checks. All share one session of the
/// API, whose events are fetched for one at a time: so clients that come at once wait for each other.</remarks>
internal sealed class JanusVideoRoom(LoadOptions options, ClientFactory clients, LoadClock clock)
    : ISignaling
{
    private const int Room = 4242;

    private readonly JanusApi _api = new(options.Janus!);
    private readonly SemaphoreSlim _turn = new(initialCount: 1);
    private readonly Dictionary<SocketClient, long> _handles = [];
    private long _feed;

    public async Task<SocketClient> PublishAsync(ClientStream[] streams, int number = 0)
    {
        using var turn = await TakeTurnAsync();
        if (number == 0)
        {
            await _api.OpenAsync();
        }

        var handle = await _api.AttachAsync();
        if (number == 0)
        {
            _ = await _api.AskAsync(handle, DescribeRoom(options.Publishers));
        }

        var joined = await _api.AskAsync(
            handle,
            new JsonObject
            {
                ["request"] = "join",
                ["ptype"] = "publisher",
                ["room"] = Room,
            }
        );
        if (number == 0)
        {
            _feed = (long)joined["plugindata"]!["data"]!["id"]!;
        }

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

    public async Task PlayAsync(Action<SocketClient> started, int number = 0)
    {
        using var turn = await TakeTurnAsync();
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
        var whole = options.ReceivesWhole;
        var socket = SocketClient.Open(options.Bind, stampsArrivals: true, whole);
        var answer = clients.AnswerPlay((string)offer["jsep"]!["sdp"]!, socket.Local, clock.Now);
        started(
            new SocketClient(answer.Client, "viewer", socket, whole)
            {
                ArrivalTime = clock.Stamps.Read,
            }
        );
        _ = await _api.AskAsync(
            handle,
            new JsonObject { ["request"] = "start" },
            Jsep("answer", answer.Sdp)
        );
    }

    public async Task LeaveAsync(SocketClient viewer)
    {
        using var turn = await TakeTurnAsync();
        if (_handles.Remove(viewer, out var handle))
        {
            await _api.DetachAsync(handle);
        }
    }

    public async Task LeaveAsync() => await _api.CloseAsync();

    public void Dispose()
    {
        _api.Dispose();
        _turn.Dispose();
    }

    private async Task<Turn> TakeTurnAsync()
    {
        await _turn.WaitAsync();
        return new Turn(_turn);
    }

    /// <summary>Nothing but forwarding: no levels, no recording, no cap, no periodic key frames.</summary>
    private static JsonObject DescribeRoom(int publishers) =>
        new()
        {
            ["request"] = "create",
            ["room"] = Room,
            ["publishers"] = publishers,
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

    /// <summary>A turn at the session, which ends with it.</summary>
    private readonly struct Turn(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }
}
