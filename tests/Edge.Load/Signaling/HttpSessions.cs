using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Edge.Primitives;
using Edge.Protocol.Negotiation.Offering;
using Edge.Testing;
using Edge.Testing.Clients;

namespace Edge.Load.Signaling;

/// <summary>Sessions by WHIP (RFC 9725) and WHEP, at any URL. Threads: any.</summary>
internal sealed class HttpSessions : IDisposable
{
    private static readonly OfferOptions Offered = new() { Tracks = ClientFactory.AudioVideo };

    private readonly HttpClient _http = new();
    private readonly Lock _lock = new(); // The factory draws from one source.
    private readonly ClientFactory _clients;
    private readonly LoadClock _clock;
    private readonly NetworkAddress _bind;
    private readonly TimeSpan _longest;
    private readonly bool _receivesWhole;

    /// <summary>Makes it.</summary>
    /// <param name="clients">Makes the clients.</param>
    /// <param name="clock">The run's.</param>
    /// <param name="bind">The clients' own address.</param>
    /// <param name="token">Bearer token of every request, if any.</param>
    /// <param name="longest">How long a session may take to begin.</param>
    /// <param name="receivesWhole">See <see cref="LoadOptions.ReceivesWhole"/>.</param>
    public HttpSessions(
        ClientFactory clients,
        LoadClock clock,
        NetworkAddress bind,
        string? token,
        TimeSpan longest,
        bool receivesWhole = false
    )
    {
        _clients = clients;
        _clock = clock;
        _bind = bind;
        _longest = longest;
        _receivesWhole = receivesWhole;
        _http.Timeout = longest;
        _http.DefaultRequestHeaders.Authorization = token is null
            ? null
            : new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>Publishes Opus and VP8. The client's session is the URL that ends it.</summary>
    public async Task<SocketClient> PublishAsync(Uri endpoint, ClientStream[] streams)
    {
        var socket = SocketClient.Open(_bind);
        var offer = Make(() => _clients.OfferPublish(Offered, socket.Local));
        var (answer, session) = await PostAsync(endpoint, offer.Sdp);
        var client = Make(() => _clients.Connect(offer, answer, _clock.Now, streams));
        return new(client, session, socket);
    }

    /// <summary>Plays; the same.</summary>
    public async Task<SocketClient> PlayAsync(Uri endpoint)
    {
        var offer = Make(() => _clients.OfferPlay(Offered));
        var (answer, session) = await PostAsync(endpoint, offer.Sdp);
        var client = Make(() => _clients.Connect(offer, answer, _clock.Now));
        var socket = SocketClient.Open(_bind, stampsArrivals: true, _receivesWhole);
        return new(client, session, socket, _receivesWhole) { ArrivalTime = _clock.Stamps.Read };
    }

    /// <summary>Ends a session at the server.</summary>
    public async Task EndAsync(string session)
    {
        if (session.Length > 0)
        {
            using var response = await _http.DeleteAsync(session);
        }
    }

    public void Dispose() => _http.Dispose();

    private T Make<T>(Func<T> make)
    {
        lock (_lock)
        {
            return make();
        }
    }

    private async Task<(string Answer, string Session)> PostAsync(Uri endpoint, string offer)
    {
        var deadline = _clock.Now + _longest;
        while (true)
        {
            using var body = new StringContent(offer, Encoding.UTF8);
            body.Headers.ContentType = new MediaTypeHeaderValue("application/sdp");
            using var response = await _http.PostAsync(endpoint, body);
            var text = await response.Content.ReadAsStringAsync();
            if (response.StatusCode == HttpStatusCode.Created)
            {
                var location = response.Headers.Location;
                return (text, location is null ? "" : new Uri(endpoint, location).ToString());
            }

            // Only while the publisher, or any node, is not there yet; joins that count never wait here.
            var isEarly =
                response.StatusCode is HttpStatusCode.Conflict or HttpStatusCode.ServiceUnavailable;
            if (!isEarly || _clock.Now > deadline)
            {
                throw new TestingException($"{endpoint}: {(int)response.StatusCode} {text}");
            }

            await Task.Delay(20);
        }
    }
}
