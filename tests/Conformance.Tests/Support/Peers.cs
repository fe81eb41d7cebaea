using System.Collections.Immutable;
using Edge.Primitives;
using Edge.Protocol.Negotiation.Offering;
using Edge.Testing.Clients;
using Edge.Testing.Jsep;
using Edge.Wire.Payload;
using Edge.Wire.Sdp;
using Edge.Wire.Sdp.Attributes;

namespace Conformance.Tests.Support;

/// <summary>Sessions with real media behind them, and offers of browsers for what is signalling only.</summary>
internal static class Peers
{
    /// <summary>The name under which <see cref="PushAsync"/> publishes sound.</summary>
    public const string Microphone = "mic";

    /// <summary>The name under which it publishes pictures.</summary>
    public const string Camera = "cam";

    private static readonly OfferOptions AudioVideo = new() { Tracks = ClientFactory.AudioVideo };

    /// <summary>Publishes sound and pictures from a new session, by an offer of the client (form A), and
    /// waits until it is connected.</summary>
    public static async Task<SocketClient> PushAsync(
        this CallsLab lab,
        ApiClient api,
        Action<ClientStream>? takePictures = null
    )
    {
        var pictures = lab.Stage.Video();
        takePictures?.Invoke(pictures);
        var session = await api.NewSessionAsync();
        var offer = lab.Stage.Make((clients, _) => clients.OfferPublish(AudioVideo));
        var pushed = await api.NewTracksAsync(
            session,
            Items.All(Items.Local("0", Microphone), Items.Local("1", Camera)),
            offer.Sdp
        );
        var client = lab.Stage.Run(
            session,
            (clients, now) =>
                clients.Connect(offer, pushed.Expect(200).Sdp, now, lab.Stage.Audio(), pictures)
        );
        await lab.ConnectedAsync(client);
        return client;
    }

    /// <summary>Publishes pictures in two layers, "l" of one packet a frame and "h" of four.</summary>
    public static async Task<SocketClient> PushLayersAsync(this CallsLab lab, ApiClient api)
    {
        var session = await api.NewSessionAsync();
        var layers = new OfferedTrack(MediaKind.Video, [new OfferedCodec(CodecKind.Vp8)])
        {
            Rids = [Rid.Create("l"), Rid.Create("h")],
        };
        var offer = lab.Stage.Make(
            (clients, _) => clients.OfferPublish(new OfferOptions { Tracks = [layers] })
        );
        var pushed = await api.NewTracksAsync(session, Items.Local("0", Camera), offer.Sdp);
        var low = new SyntheticVideoOptions
        {
            PacketsPerFrame = 1,
            Width = 320,
            Height = 180,
        };
        var client = lab.Stage.Run(
            session,
            (clients, now) =>
                clients.Connect(
                    offer,
                    pushed.Expect(200).Sdp,
                    now,
                    lab.Stage.Video(low),
                    lab.Stage.Video(low with { PacketsPerFrame = 4, Width = 640, Height = 360 })
                )
        );
        await lab.ConnectedAsync(client);
        return client;
    }

    /// <summary>Publishes sound in a section that goes both ways (form A).</summary>
    public static async Task<SocketClient> TalkAsync(
        this CallsLab lab,
        ApiClient api,
        string trackName
    )
    {
        var session = await api.NewSessionAsync();
        var offer = lab.Stage.Make(
            (clients, _) =>
                clients.OfferTalk(new OfferOptions { Tracks = [ClientFactory.AudioVideo[0]] })
        );
        var pushed = await api.NewTracksAsync(
            session,
            $$"""{"location":"local","mid":"0","trackName":"{{trackName}}","bidirectionalMediaStream":true}""",
            offer.Sdp
        );
        var client = lab.Stage.Run(
            session,
            (clients, now) => clients.Connect(offer, pushed.Expect(200).Sdp, now, lab.Stage.Audio())
        );
        await lab.ConnectedAsync(client);
        return client;
    }

    /// <summary>A session with data channels and nothing else, by the offer of sessions/new.</summary>
    public static async Task<SocketClient> JoinAsync(this CallsLab lab, ApiClient api)
    {
        var offer = lab.Stage.Make(
            (clients, _) =>
                clients.OfferPublish(new OfferOptions { Tracks = [], HasDataChannels = true })
        );
        var body = $"{{{ApiClient.Description("offer", offer.Sdp)}}}";
        var created = (await api.PostAsync("/sessions/new", body)).Expect(201);
        var client = lab.Stage.Run(
            created.Find("sessionId")!,
            (clients, now) => clients.Connect(offer, created.Sdp, now)
        );
        await lab.ConnectedAsync(client);
        return client;
    }

    /// <summary>Pulls tracks into a new session by the server's offer (form C), in the order asked.</summary>
    public static async Task<SocketClient> PullAsync(
        this CallsLab lab,
        ApiClient api,
        params IEnumerable<string> items
    )
    {
        var session = await api.NewSessionAsync();
        var pulled = (await api.NewTracksAsync(session, Items.All(items))).Expect(200);
        return await lab.AnswerAsync(api, session, pulled);
    }

    /// <summary>Answers the server's offer and runs the client behind the answer.</summary>
    public static async Task<SocketClient> AnswerAsync(
        this CallsLab lab,
        ApiClient api,
        string session,
        Reply pulled
    )
    {
        Assert.True(pulled.RequiresRenegotiation, pulled.Text);
        var answer = lab.Stage.Make((clients, now) => clients.AnswerPull(pulled.Sdp, now));
        (await api.RenegotiateAsync(session, answer.Sdp)).Expect(200);
        return lab.Stage.Run(session, (_, _) => answer.Client);
    }

    /// <summary>Waits until a client is connected.</summary>
    public static Task ConnectedAsync(this CallsLab lab, SocketClient client) =>
        lab.Stage.UntilAsync("it is connected", () => client.Client.ConnectedAt.IsSet);

    /// <summary>Waits until so many more pictures of a section have come.</summary>
    public static Task PicturesAsync(
        this CallsLab lab,
        SocketClient client,
        int more,
        int section = 0
    ) => lab.MoreAsync("pictures", () => client.Client.Played[section].CompleteFrames, more);

    /// <summary>Waits until so many more packets of a section have come.</summary>
    public static Task PacketsAsync(
        this CallsLab lab,
        SocketClient client,
        int more,
        int section = 0
    ) => lab.MoreAsync("packets", () => client.Client.Played[section].Packets, more);

    private static async Task MoreAsync(this CallsLab lab, string what, Func<long> count, int more)
    {
        var before = lab.Stage.Look(count);
        await lab.Stage.UntilAsync(
            $"{more} {what} more than {before}",
            () => count() >= before + more
        );
    }

    /// <summary>Somebody who signals as Chromium does, with no transport behind.</summary>
    public static JsepClient Browser() => new(JsepHabits.Chromium);

    /// <summary>A browser with a sending section of each kind.</summary>
    public static JsepClient Browser(params ImmutableArray<SdpMediaKind> kinds)
    {
        var browser = Browser();
        foreach (var kind in kinds)
        {
            browser.Add(kind, SdpDirection.SendOnly);
        }

        return browser;
    }
}
