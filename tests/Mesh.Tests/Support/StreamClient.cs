using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Edge.Primitives;
using Edge.Processes;
using Edge.Protocol.Ice;
using Edge.Protocol.Negotiation.Offering;
using Edge.Testing.Clients;
using Edge.Wire.Payload;
using Edge.Wire.Sdp;

namespace Mesh.Tests.Support;

/// <summary>Publishes and plays by WHIP and WHEP at one control, with real media.</summary>
internal sealed class StreamClient(Stage stage, Uri control, HttpMessageHandler? handler = null)
    : IDisposable
{
    /// <summary>Packets of each picture of the better of two layers; the other's have one.</summary>
    public const int BestPackets = 3;

    private static readonly OfferOptions AudioVideo = new() { Tracks = ClientFactory.AudioVideo };

    private static readonly OfferOptions TwoLayers = new()
    {
        Tracks =
        [
            new OfferedTrack(MediaKind.Video, [new OfferedCodec(CodecKind.Vp8)])
            {
                Rids = [Rid.Create("l"), Rid.Create("h")],
            },
        ],
    };

    private readonly HttpClient _http = new(handler ?? new SocketsHttpHandler())
    {
        BaseAddress = control,
        DefaultRequestHeaders =
        {
            Authorization = new AuthenticationHeaderValue("Bearer", ControlProcess.Secret),
        },
    };

    /// <summary>One at a control that the test started.</summary>
    public StreamClient(Stage stage, ControlProcess control, HttpMessageHandler? handler = null)
        : this(stage, control.Url, handler) { }

    /// <summary>Whether its clients speak over TCP and nothing else.</summary>
    public bool IsOverTcp { get; init; }

    /// <summary>Publishes sound and pictures; waits for a node that takes them, and until they are sent.</summary>
    /// <param name="stream">The stream's name.</param>
    /// <param name="packets">Packets of each picture, by which players tell publishers apart.</param>
    /// <returns>The client; its session's name is the path of the session's resource.</returns>
    public Task<SocketClient> PublishAsync(string stream, int packets = 3) =>
        PublishAsync(stream, new SyntheticVideoOptions { PacketsPerFrame = packets });

    /// <summary>The same with pictures of a shape.</summary>
    public async Task<SocketClient> PublishAsync(string stream, SyntheticVideoOptions video)
    {
        var offer = stage.Make((clients, _) => clients.OfferPublish(AudioVideo));
        var (path, answer) = await PostAsync("whip", stream, offer.Sdp);
        var client = Run(
            path,
            answer,
            (clients, now) => clients.Connect(offer, answer, now, stage.Audio(), stage.Video(video))
        );
        await stage.UntilAsync("the publisher is connected", () => client.Client.ConnectedAt.IsSet);
        return client;
    }

    /// <summary>Publishes pictures in two layers, of which the second is the better.</summary>
    /// <param name="stream">The stream's name.</param>
    /// <param name="temporalLayers">Temporal layers within each.</param>
    /// <returns>The client, and the better layer.</returns>
    public async Task<(SocketClient Client, ClientStream Best)> PublishLayersAsync(
        string stream,
        int temporalLayers = 1
    )
    {
        var offer = stage.Make((clients, _) => clients.OfferPublish(TwoLayers));
        var (path, answer) = await PostAsync("whip", stream, offer.Sdp);
        var small = new SyntheticVideoOptions
        {
            PacketsPerFrame = 1,
            TemporalLayers = temporalLayers,
            Width = 320,
            Height = 180,
        };
        var best = stage.Video(
            small with
            {
                PacketsPerFrame = BestPackets,
                Width = 640,
                Height = 360,
            }
        );
        var client = stage.Run(
            path,
            (clients, now) => clients.Connect(offer, answer, now, stage.Video(small), best)
        );
        await stage.UntilAsync("the publisher is connected", () => client.Client.ConnectedAt.IsSet);
        return (client, best);
    }

    /// <summary>Offers to publish, once; the status.</summary>
    public async Task<HttpStatusCode> TryPublishAsync(string stream)
    {
        var offer = stage.Make((clients, _) => clients.OfferPublish(AudioVideo));
        return (await TryPostAsync("whip", stream, offer.Sdp)).Status;
    }

    /// <summary>Plays; waits until somebody publishes, and until pictures came.</summary>
    /// <returns>As of <see cref="PublishAsync(string, int)"/>.</returns>
    public async Task<SocketClient> PlayAsync(string stream)
    {
        var offer = stage.Make((clients, _) => clients.OfferPlay(AudioVideo));
        var (path, answer) = await PostAsync("whep", stream, offer.Sdp);
        var client = Run(path, answer, (clients, now) => clients.Connect(offer, answer, now));
        await stage.UntilAsync(
            "a whole picture was played",
            () => client.Client.Played.Any(track => track.FirstKeyFrameAt.IsSet)
        );
        return client;
    }

    /// <summary>Restarts ICE (RFC 9725 §4.3.3); waits until the new credentials are in use.</summary>
    public async Task RestartIceAsync(SocketClient client)
    {
        var local = stage.Make((clients, _) => clients.DrawCredentials());
        var fragment = new TrickleFragment
        {
            UsernameFragment = local.UsernameFragment,
            Password = local.Password,
        };
        using var request = new HttpRequestMessage(HttpMethod.Patch, client.SessionId);
        request.Headers.IfMatch.Add(EntityTagHeaderValue.Any);
        request.Content = new StringContent(fragment.Write());
        request.Content.Headers.ContentType = new("application/trickle-ice-sdpfrag");
        using var response = await _http.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(TrickleFragment.TryParse(text, out var answer, out _), text);

        var remote = new IceCredentials(answer.UsernameFragment!, answer.Password!);
        var ice = client.Client.Peer.Transport.Ice;
        stage.Make(
            (_, now) =>
            {
                ice.RestartLocal(local, remote, now);
                return true;
            }
        );
        await stage.UntilAsync("the restart is over", () => ice.PreviousLocal is null);
    }

    /// <summary>Sends a request with a JSON body; the answer once its headers are there.</summary>
    public async Task<HttpResponseMessage> SendAsync(
        string method,
        string path,
        string? body = null
    )
    {
        using var request = new HttpRequestMessage(new(method), path);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    /// <summary>Asks for a session's report; its status.</summary>
    public async Task<HttpStatusCode> ReadAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.Add(new("application/json"));
        using var response = await _http.SendAsync(request);
        return response.StatusCode;
    }

    /// <summary>Ends a session; the status.</summary>
    public async Task<HttpStatusCode> DeleteAsync(string path)
    {
        using var response = await _http.DeleteAsync(path);
        return response.StatusCode;
    }

    /// <summary>Waits until the control knows somebody who takes sessions.</summary>
    public Task UntilReadyAsync() => UntilReadinessAsync("the control is ready", HttpStatusCode.OK);

    /// <summary>Waits until it knows nobody who does.</summary>
    public Task UntilNotReadyAsync() =>
        UntilReadinessAsync("nobody takes sessions", HttpStatusCode.ServiceUnavailable);

    public void Dispose() => _http.Dispose();

    private Task UntilReadinessAsync(string expectation, HttpStatusCode status) =>
        Patience.UntilAsync(
            expectation,
            async () =>
            {
                using var response = await _http.GetAsync(new Uri("/readyz", UriKind.Relative));
                return response.StatusCode;
            },
            seen => seen == status
        );

    private SocketClient Run(
        string path,
        string answer,
        Func<ClientFactory, Instant, MediaClient> make
    ) =>
        stage.Look(() =>
        {
            var client = stage.Run(path, make);
            if (IsOverTcp)
            {
                client.Dial(
                    Candidates.First(answer, "tcp"),
                    candidate: Candidates.First(answer, "udp")
                );
            }

            return client;
        });

    private async Task<(string Path, string Answer)> PostAsync(
        string protocol,
        string stream,
        string offer
    )
    {
        var seen = await Patience.UntilAsync(
            $"{protocol} {stream} is taken",
            () => TryPostAsync(protocol, stream, offer),
            seen =>
                seen.Status is not (HttpStatusCode.ServiceUnavailable or HttpStatusCode.Conflict)
        );
        Assert.Equal(HttpStatusCode.Created, seen.Status);
        return (seen.Path!, seen.Answer);
    }

    private async Task<(HttpStatusCode Status, string? Path, string Answer)> TryPostAsync(
        string protocol,
        string stream,
        string offer
    )
    {
        using var content = new StringContent(offer);
        content.Headers.ContentType = new("application/sdp");
        using var response = await _http.PostAsync(
            $"v1/apps/{ControlProcess.App}/{protocol}/{stream}",
            content
        );
        return (
            response.StatusCode,
            response.Headers.Location?.OriginalString,
            await response.Content.ReadAsStringAsync()
        );
    }
}
