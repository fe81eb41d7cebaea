using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Edge.Protocol.Negotiation.Offering;
using Edge.Testing;
using Edge.Testing.Clients;

namespace Edge.Load.Signaling;

/// <summary>WHIP (RFC 9725) and WHEP, by any server.</summary>
internal sealed class WhipWhep : ISignaling
{
    private static readonly OfferOptions Offered = new() { Tracks = ClientFactory.AudioVideo };
    private static readonly TimeSpan PublisherLongest = TimeSpan.FromSeconds(10);

    private readonly HttpClient _http = new();
    private readonly List<Uri> _sessions = [];
    private readonly LoadOptions _options;
    private readonly ClientFactory _clients;
    private readonly LoadClock _clock;

    public WhipWhep(LoadOptions options, ClientFactory clients, LoadClock clock)
    {
        _options = options;
        _clients = clients;
        _clock = clock;
        if (options.Token is { } token)
        {
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
                "Bearer",
                token
            );
        }
    }

    public async Task<SocketClient> PublishAsync(ClientStream[] streams)
    {
        var socket = SocketClient.Open(_options.Bind);
        var offer = _clients.OfferPublish(Offered, socket.Local);
        var (answer, location) = await PostAsync(_options.Whip!, offer.Sdp);
        return new(_clients.Connect(offer, answer, _clock.Now, streams), location, socket);
    }

    public async Task PlayAsync(Action<SocketClient> started)
    {
        var offer = _clients.OfferPlay(Offered);
        var (answer, location) = await PostAsync(_options.Whep!, offer.Sdp);
        var client = _clients.Connect(offer, answer, _clock.Now);
        started(new SocketClient(client, location, SocketClient.Open(_options.Bind)));
    }

    public async Task LeaveAsync()
    {
        foreach (var session in _sessions)
        {
            using var response = await _http.DeleteAsync(session);
        }

        _sessions.Clear();
    }

    public void Dispose() => _http.Dispose();

    private async Task<(string Answer, string Location)> PostAsync(Uri endpoint, string offer)
    {
        var deadline = _clock.Now + PublisherLongest;
        while (true)
        {
            using var body = new StringContent(offer, Encoding.UTF8);
            body.Headers.ContentType = new MediaTypeHeaderValue("application/sdp");
            using var response = await _http.PostAsync(endpoint, body);
            var text = await response.Content.ReadAsStringAsync();
            if (response.StatusCode == HttpStatusCode.Created)
            {
                return (text, Remember(endpoint, response.Headers.Location));
            }

            // Only while the publisher is not there yet; joins that count never wait here.
            if (response.StatusCode != HttpStatusCode.Conflict || _clock.Now > deadline)
            {
                throw new TestingException($"{endpoint}: {(int)response.StatusCode} {text}");
            }

            await Task.Delay(20);
        }
    }

    private string Remember(Uri endpoint, Uri? location)
    {
        if (location is null)
        {
            return "";
        }

        var session = new Uri(endpoint, location);
        _sessions.Add(session);
        return session.ToString();
    }
}
