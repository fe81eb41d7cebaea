using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using Edge.Native.OpenSsl;
using Edge.Primitives;
using Edge.Protocol.Ice;
using Edge.Protocol.Negotiation.Offering;
using Edge.Testing;
using Edge.Testing.Clients;
using Edge.Testing.Offers;
using Edge.Wire.Payload;
using Edge.Wire.Sdp;
using Interop.Tests.Support;

namespace Interop.Tests.Scripted;

/// <summary>Scripted clients of one test, all driven by its thread, against the running server.</summary>
internal sealed partial class Show : IDisposable
{
    // Longest look for a line in an answer. Chosen: a thousand times what it takes.
    private const int PatternMs = 1000;

    // More packets than any layer sends in a test; three of them stay below 2^15.
    private const int LayerDistance = 0x2000;

    private readonly Lab _lab;
    private readonly OpenSslDtlsEngineFactory _dtls = new(
        DtlsCertificate.Create(DateTimeOffset.UtcNow)
    );
    private readonly ClientFactory _clients;
    private readonly List<LoopbackClient> _running = [];
    private readonly long _origin = Stopwatch.GetTimestamp();

    public Show(Lab lab, Prng random)
    {
        _lab = lab;
        Random = random;
        var unixTime = NtpTimestamp.FromUnixTime(DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch);
        _clients = new ClientFactory(
            _dtls,
            OpenSslSrtpCipherFactory.Instance,
            new ClockAnchor(Instant.Zero, unixTime),
            random.Fork()
        );
    }

    public Prng Random { get; }

    public Instant Now => new(Stopwatch.GetElapsedTime(_origin).Ticks);

    /// <summary>Publishes by an offer of <see cref="ShapedOffers"/>; nothing runs before the first turn.</summary>
    public async Task<LoopbackClient> PublishAsync(
        string stream,
        string shape,
        IReadOnlyList<ClientStream> streams,
        Func<AnsweredTransport, IWireQuirks?>? quirks = null
    )
    {
        var credentials = IceCredentials.Create(Random);
        var text = ShapedOffers.WithTransport(
            shape,
            credentials.UsernameFragment,
            credentials.Password,
            _dtls.LocalFingerprint.ToString()
        );
        if (!SessionDescription.TryParse(text, out var description, out var error))
        {
            throw new TestingException($"The offer cannot be read: {error}");
        }

        var offer = new ClientOffer(credentials, description, IsPublisher: true);
        return await RunAsync(_lab.Whip(stream), offer, text, streams, quirks);
    }

    /// <summary>Plays sound and pictures of a codec.</summary>
    public Task<LoopbackClient> PlayAsync(string stream, CodecKind video)
    {
        var offer = _clients.OfferPlay(
            new OfferOptions
            {
                Tracks =
                [
                    new OfferedTrack(MediaKind.Audio, [new OfferedCodec(CodecKind.Opus)]),
                    new OfferedTrack(MediaKind.Video, [new OfferedCodec(video)]),
                ],
            }
        );
        return RunAsync(_lab.Whep(stream), offer, offer.Sdp, [], quirks: null);
    }

    /// <summary>Drives everybody while something of the test's own is awaited.</summary>
    public async Task<T> WhileAsync<T>(Task<T> task)
    {
        while (!task.IsCompleted)
        {
            Pump();
        }

        return await task;
    }

    /// <summary>Drives everybody until a condition holds; fails with the sentence after the time.</summary>
    public void RunUntil(Func<bool> condition, string otherwise, double seconds = 30)
    {
        var deadline = Now + TimeSpan.FromSeconds(seconds);
        while (!condition())
        {
            Assert.True(Now < deadline, otherwise);
            Pump();
        }
    }

    public void RunFor(double seconds) => RunTo(Now + TimeSpan.FromSeconds(seconds));

    public void RunTo(Instant end)
    {
        while (Now < end)
        {
            Pump();
        }
    }

    /// <summary>Ends a session by DELETE.</summary>
    public async Task LeaveAsync(LoopbackClient client)
    {
        using var response = await WhileAsync(_lab.SendAsync(HttpMethod.Delete, client.Session));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        _running.Remove(client);
        client.Dispose();
    }

    public ClientStream Audio() => new(new SyntheticAudio(), FirstSequence());

    public ClientStream Video(SyntheticVideoOptions options) =>
        new(new SyntheticVideo(options), FirstSequence());

    /// <summary>Layers whose sequence numbers never meet: where they do, an encoder that keeps one store
    /// for all (OBS) answers a NACK with another layer's packet, and nobody can repair that.</summary>
    public ClientStream[] Layers(IReadOnlyList<SyntheticVideoOptions> layers)
    {
        var first = Random.NextInt32(LayerDistance);
        return
        [
            .. layers.Select(
                (options, index) =>
                    new ClientStream(
                        new SyntheticVideo(options),
                        new((ushort)(first + (index * LayerDistance)))
                    )
            ),
        ];
    }

    public void Dispose()
    {
        foreach (var client in _running)
        {
            client.Dispose();
        }

        _dtls.Dispose();
    }

    private void Pump()
    {
        var hasWorked = false;
        foreach (var client in _running)
        {
            hasWorked |= client.Pump(Now);
        }

        if (!hasWorked)
        {
            Thread.Sleep(1);
        }
    }

    private async Task<LoopbackClient> RunAsync(
        Uri endpoint,
        ClientOffer offer,
        string text,
        IReadOnlyList<ClientStream> streams,
        Func<AnsweredTransport, IWireQuirks?>? quirks
    )
    {
        using var response = await WhileAsync(_lab.SendAsync(HttpMethod.Post, endpoint, text));
        var answer = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.Created, answer);
        var transport = Read(offer.Credentials.UsernameFragment, answer);
        var running = new LoopbackClient(
            _clients.Connect(offer, answer, Now, [.. streams]),
            new Uri(endpoint, response.Headers.Location!),
            transport.Server,
            quirks?.Invoke(transport)
        );
        _running.Add(running);
        return running;
    }

    private static AnsweredTransport Read(string localFragment, string answer)
    {
        var candidate = CandidateLine().Match(answer);
        return new AnsweredTransport(
            localFragment,
            FragmentLine().Match(answer).Groups["value"].Value,
            PasswordLine().Match(answer).Groups["value"].Value,
            IPEndPoint.Parse($"{candidate.Groups["host"]}:{candidate.Groups["port"]}")
        );
    }

    private SequenceNumber FirstSequence() => new((ushort)Random.NextInt32(0x8000));

    [GeneratedRegex("a=ice-ufrag:(?<value>\\S+)", RegexOptions.ExplicitCapture, PatternMs)]
    private static partial Regex FragmentLine();

    [GeneratedRegex("a=ice-pwd:(?<value>\\S+)", RegexOptions.ExplicitCapture, PatternMs)]
    private static partial Regex PasswordLine();

    [GeneratedRegex(
        "a=candidate:\\S+ 1 udp [0-9]+ (?<host>[0-9.]+) (?<port>[0-9]+) typ host",
        RegexOptions.ExplicitCapture,
        PatternMs
    )]
    private static partial Regex CandidateLine();
}
