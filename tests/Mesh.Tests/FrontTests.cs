using System.Diagnostics;
using System.Globalization;
using System.Net;
using Edge.Primitives;
using Edge.Processes;
using Edge.Protocol.Negotiation.Offering;
using Edge.Testing.Clients;
using Mesh.Tests.Support;
using Xunit.Abstractions;

namespace Mesh.Tests;

/// <summary>Media over TCP and HTTPS at one port: the edge's, which gives HTTPS to a control beside it.</summary>
public sealed class FrontTests(ITestOutputHelper output) : IDisposable
{
    private static readonly OfferOptions AudioVideo = new() { Tracks = ClientFactory.AudioVideo };

    private readonly Stage _stage = new();
    private readonly IPEndPoint _front = new(IPAddress.Loopback, FreePorts.Tcp());

    public void Dispose() => _stage.Dispose();

    /// <summary>All that a client does goes to one port: it asks by HTTPS, and media runs beside that.</summary>
    [Fact]
    public async Task PublishAndPlay_AllOverOnePort_PicturesComeBesideRequests()
    {
        await using var pop = await StartAsync();
        var player = await PlayedAsync(pop);
        var before = PacketsOf(player);
        var watch = Stopwatch.StartNew();
        const int requests = 200;
        for (var count = 0; count < requests; count++)
        {
            // Each over a connection of its own, so that each is looked at and given.
            pop.Reconnect();
            Assert.StartsWith(
                "ok\n",
                await pop.Http.GetStringAsync("healthz"),
                StringComparison.Ordinal
            );
        }

        output.WriteLine(
            $"{requests} HTTPS connections in {watch.ElapsedMilliseconds} ms, {PacketsOf(player) - before} packets beside them"
        );
        await UntilMoreAsync(player, before);
    }

    /// <summary>The API is killed: media does not notice, HTTPS is refused at once, and is back with the next process.</summary>
    [Fact]
    public async Task KillControl_MediaGoesOnHttpsIsRefusedAndComesBack()
    {
        await using var pop = await StartAsync();
        var player = await PlayedAsync(pop);
        pop.Control.Kill();
        await pop.Control.ExitCodeAsync();
        var before = PacketsOf(player);
        var watch = Stopwatch.StartNew();
        for (var count = 0; count < 20; count++)
        {
            pop.Reconnect();
            await Assert.ThrowsAsync<HttpRequestException>(() =>
                pop.Http.GetStringAsync("healthz")
            );
        }

        output.WriteLine($"20 refused in {watch.ElapsedMilliseconds} ms");
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), "Refusals took long.");
        await UntilMoreAsync(player, before);
        Assert.Contains("HTTPS at the front is closed", pop.Edge.Output, StringComparison.Ordinal);

        await pop.StartControlAsync();
        await pop.UntilReadyAsync();
        await UntilMoreAsync(player, PacketsOf(player));
        var other = await PlayAsync(pop);
        await UntilMoreAsync(other, PacketsOf(other));
        Assert.Contains("takes HTTPS", pop.Edge.Output, StringComparison.Ordinal);
        Assert.False(player.Connection!.IsOver);
    }

    /// <summary>The API hangs: who asks waits, as with any server that hangs; media does not notice.</summary>
    [Fact]
    public async Task HangControl_MediaGoesOnAndRequestsAreAnsweredAfterwards()
    {
        await using var pop = await StartAsync();
        var player = await PlayedAsync(pop);
        await pop.Control.StopAsync();
        pop.Reconnect();
        var waiting = Enumerable.Range(0, 10).Select(_ => pop.Http.GetStringAsync("healthz"));
        var asked = Task.WhenAll(waiting.ToArray());
        await UntilMoreAsync(player, PacketsOf(player));
        Assert.False(asked.IsCompleted);
        await pop.Control.ContinueAsync();
        Assert.All(
            await asked,
            answer => Assert.StartsWith("ok\n", answer, StringComparison.Ordinal)
        );
    }

    /// <summary>The edge ends: HTTPS connections that it gave away are control's and go on.</summary>
    [Fact]
    public async Task TerminateEdge_HttpsConnectionsGoOn()
    {
        await using var pop = await StartAsync();
        await pop.UntilReadyAsync();
        await pop.Edge.TerminateAsync();
        Assert.Equal(0, await pop.Edge.ExitCodeAsync());
        Assert.StartsWith(
            "ok\n",
            await pop.Http.GetStringAsync("healthz"),
            StringComparison.Ordinal
        );
        pop.Reconnect();
        await Assert.ThrowsAsync<HttpRequestException>(() => pop.Http.GetStringAsync("healthz"));
    }

    /// <summary>A drain is for sessions: while they last both go on, and so does HTTPS for whatever other node.</summary>
    [Fact]
    public async Task DrainEdge_WithSessions_MediaAndNewHttpsConnectionsGoOn()
    {
        await using var pop = await StartAsync();
        var player = await PlayedAsync(pop);
        await pop.Edge.TerminateAsync();
        await Patience.UntilAsync(
            "the edge drains",
            () => Task.FromResult(pop.Edge.Output),
            text => text.Contains("Draining", StringComparison.Ordinal)
        );
        pop.Reconnect();
        Assert.StartsWith(
            "ok\n",
            await pop.Http.GetStringAsync("healthz"),
            StringComparison.Ordinal
        );
        await UntilMoreAsync(player, PacketsOf(player));
        Assert.False(pop.Edge.HasEnded);
    }

    /// <summary>10 000 connections of 250 addresses that say nothing: what the edge holds of them is bounded, requests are
    /// answered and media goes on beside them, and they are closed in time.</summary>
    [Fact]
    public async Task Strangers_TenThousandSilent_RequestsAndMediaGoOn()
    {
        await using var pop = await StartAsync();
        var player = await PlayedAsync(pop);
        var before = PacketsOf(player);
        var held = DescriptorsOf(pop.Edge);
        using var crowd = Crowd.Dial(10_000, _front.Port);
        var watch = Stopwatch.StartNew();
        Assert.InRange(DescriptorsOf(pop.Edge), 0, held + 1024 + 64);
        output.WriteLine($"{held} descriptors before, {DescriptorsOf(pop.Edge)} with the crowd");
        pop.Reconnect();
        Assert.StartsWith(
            "ok\n",
            await pop.Http.GetStringAsync("healthz"),
            StringComparison.Ordinal
        );
        output.WriteLine($"answered after {watch.ElapsedMilliseconds} ms");
        await UntilMoreAsync(player, before);
        await UntilOverAsync(crowd);
        output.WriteLine($"all closed after {watch.ElapsedMilliseconds} ms");
        await UntilMoreAsync(player, PacketsOf(player));
    }

    /// <summary>Who sends a byte a second is a stranger for as long as one who sends none, and a check that comes that way in
    /// part is none.</summary>
    [Fact]
    public async Task Strangers_OneByteASecond_ClosedInTime()
    {
        await using var pop = await StartAsync();
        using var crowd = Crowd.Dial(60, _front.Port);
        var watch = Stopwatch.StartNew();
        foreach (var each in Convert.FromHexString("00600001004c2112a4"))
        {
            crowd.Speak(each);
            await Task.Delay(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(0, crowd.CountOpen());
        output.WriteLine($"none of 60 open after {watch.ElapsedMilliseconds} ms");
        Assert.StartsWith(
            "ok\n",
            await pop.Http.GetStringAsync("healthz"),
            StringComparison.Ordinal
        );
    }

    private static Task UntilOverAsync(Crowd crowd) =>
        Patience.UntilAsync(
            "strangers are closed",
            () => Task.FromResult(crowd.CountOpen()),
            open => open == 0
        );

    private static int DescriptorsOf(EdgeProcess edge) =>
        Directory.GetFileSystemEntries($"/proc/{edge.Id}/fd").Length;

    private async Task<FrontPop> StartAsync()
    {
        var pop = await FrontPop.StartAsync([], _front);
        await pop.UntilReadyAsync();
        return pop;
    }

    private async Task<SocketClient> PlayedAsync(FrontPop pop)
    {
        var offer = _stage.Make((clients, _) => clients.OfferPublish(AudioVideo));
        var answer = await PostAsync(pop, "whip", offer.Sdp);
        var publisher = Run(
            answer,
            (clients, now) => clients.Connect(offer, answer, now, _stage.Audio(), _stage.Video())
        );
        await _stage.UntilAsync(
            "the publisher is connected",
            () => publisher.Client.ConnectedAt.IsSet
        );
        return await PlayAsync(pop);
    }

    private async Task<SocketClient> PlayAsync(FrontPop pop)
    {
        var offer = _stage.Make((clients, _) => clients.OfferPlay(AudioVideo));
        var answer = await PostAsync(pop, "whep", offer.Sdp);
        var player = Run(answer, (clients, now) => clients.Connect(offer, answer, now));
        await _stage.UntilAsync(
            "a whole picture was played",
            () => player.Client.Played.Any(track => track.FirstKeyFrameAt.IsSet)
        );
        return player;
    }

    /// <summary>Runs a client that speaks over TCP to the front and over nothing else.</summary>
    private SocketClient Run(string answer, Func<ClientFactory, Instant, MediaClient> make) =>
        _stage.Look(() =>
        {
            var client = _stage.Run("", make);
            client.Dial(NetworkAddress.From(_front), candidate: Candidates.First(answer, "udp"));
            return client;
        });

    private async Task<string> PostAsync(FrontPop pop, string protocol, string offer)
    {
        using var content = new StringContent(offer);
        content.Headers.ContentType = new("application/sdp");
        using var response = await pop.Http.PostAsync(
            $"v1/apps/{ControlProcess.App}/{protocol}/cam",
            content
        );
        var answer = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.Created, answer);
        // In each section the same.
        var candidates = answer
            .Split("\r\n")
            .Where(line => line.Contains(" tcp ", StringComparison.Ordinal))
            .Distinct(StringComparer.Ordinal)
            .ToArray();
        Assert.Equal(2, candidates.Length);
        Assert.Contains(
            string.Create(CultureInfo.InvariantCulture, $" 127.0.0.1 {_front.Port} typ host"),
            candidates[1],
            StringComparison.Ordinal
        );
        Assert.True(PriorityOf(candidates[0]) > PriorityOf(candidates[1]), answer);
        return answer;
    }

    private static uint PriorityOf(string candidate) =>
        uint.Parse(candidate.Split(' ')[3], CultureInfo.InvariantCulture);

    private long PacketsOf(SocketClient player) =>
        _stage.Look(() => player.Client.Played.Sum(track => (long)track.Packets));

    private Task UntilMoreAsync(SocketClient player, long before) =>
        _stage.UntilAsync(
            "more packets come",
            () => player.Client.Played.Sum(track => (long)track.Packets) > before + 100
        );
}
