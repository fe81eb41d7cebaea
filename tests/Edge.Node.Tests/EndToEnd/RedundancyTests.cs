using System.Collections.Immutable;
using Control.Contract;
using Control.Contract.Calls;
using Edge.Primitives;
using Edge.Protocol.Negotiation.Offering;
using Edge.Testing.Clients;
using Edge.Wire.Payload;
using Xunit;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>Redundant Opus (RFC 2198) passes to who agreed on it; the others get the packets' own sound.</summary>
public sealed class RedundancyTests
{
    private const int Audio = 0;
    private const byte PublishersOpus = 109;
    private const byte ViewersOpus = 100;
    private const int OwnBytes = 120;

    [Fact]
    public async Task Play_PublisherPrefersRedundancy_WhoAgreedGetsItUnderItsOwnNumbers()
    {
        await using var harness = new NodeHarness();
        var publisher = await harness.PublishAsync(
            offered: Offer(Redundant(PublishersOpus)),
            audio: Sound()
        );
        harness.RunUntil(() => publisher.Client.ConnectedAt.IsSet, "It did not connect.");
        var with = await harness.PlayAsync(offered: Offer(Redundant(ViewersOpus)));
        var without = await harness.PlayAsync(offered: Offer(new OfferedCodec(CodecKind.Opus)));
        var whole = with.Client.Played[Audio];
        var single = without.Client.Played[Audio];
        harness.RunUntil(
            () => whole.Packets > 50 && single.Packets > 50,
            "A viewer did not get sound."
        );

        Assert.Equal(whole.Packets, whole.Redundant);
        AssertRedundant(whole, ViewersOpus);
        Assert.Equal(0, single.Redundant);
        Assert.All([whole, single], AssertWhole);
    }

    /// <summary>A client that offers redundancy behind Opus, as Chromium does unasked, is not asked for it: its
    /// sound may be encrypted from end to end. One that prefers it is.</summary>
    [Theory]
    [InlineData("111 63", false)]
    [InlineData("63 111", true)]
    public async Task Push_Redundancy_AgreedOnlyWhenPreferred(string formats, bool isAgreed)
    {
        await using var harness = new NodeHarness();
        var id = await harness.NewSessionAsync();
        var offer = OfferOf(harness, formats, out var red);

        var answered = await PushAsync(harness, id, offer, NodeHarness.Local("0", "mic"));

        var answer = answered.Value!.Description!.Sdp;
        Assert.Equal(isAgreed, answer.Contains("red/48000/2", StringComparison.Ordinal));
        Assert.Equal(isAgreed, answer.Contains($"SAVPF {red} 111", StringComparison.Ordinal));
    }

    /// <summary>Redundant sound has to be opened for some: what is encrypted end to end is not taken so.</summary>
    [Theory]
    [InlineData("111 63", "")]
    [InlineData("63 111", "e2ee: the section prefers redundant sound")]
    public async Task Push_EncryptedRedundancy_RefusedByNameWhenPreferred(
        string formats,
        string expected
    )
    {
        await using var harness = new NodeHarness();
        var id = await harness.NewSessionAsync();
        var offer = OfferOf(harness, formats, out _);
        var track = NodeHarness.Local("0", "mic") with { IsEncrypted = true };

        var answered = await PushAsync(harness, id, offer, track);

        var error = Assert.Single(answered.Value!.Tracks).Error;
        Assert.StartsWith(expected, error?.Description ?? "", StringComparison.Ordinal);
        Assert.Equal(expected.Length == 0, error is null);
    }

    /// <summary>The same by names, through an offer of the server, at home and at another node.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Pull_RedundantTrack_OfferedAndSentToWhoTakesIt(bool isElsewhere)
    {
        await using var mesh = new MeshHarness();
        var publisher = await mesh.Home.PushAsync(Offer(Redundant(PublishersOpus)), audio: Sound());
        mesh.RunUntilConnected(publisher);
        var at = isElsewhere ? mesh.Away : mesh.Home;
        var with = await PullAsync(mesh, at, publisher, takesRedundancy: true);
        var without = await PullAsync(mesh, at, publisher, takesRedundancy: false);
        var whole = with.Client.Played[Audio];
        var single = without.Client.Played[Audio];
        mesh.Away.RunUntil(
            () => whole.Packets > 50 && single.Packets > 50,
            "A viewer did not get sound."
        );

        Assert.Equal(whole.Packets, whole.Redundant);
        AssertRedundant(whole, opus: 111);
        Assert.Equal(0, single.Redundant);
        Assert.All([whole, single], AssertWhole);
    }

    /// <summary>Redundant packets of something else, or that cannot be read, reach nobody and leave no gap.</summary>
    [Fact]
    public async Task Publish_UnreadableRedundancy_IsLikePadding()
    {
        await using var harness = new NodeHarness();
        var publisher = await harness.PublishAsync(
            offered: Offer(Redundant(PublishersOpus)),
            audio: new SyntheticAudio { RedundantFormat = new PayloadType(PublishersOpus + 1) }
        );
        harness.RunUntil(() => publisher.Client.ConnectedAt.IsSet, "It did not connect.");
        var with = await harness.PlayAsync(offered: Offer(Redundant(ViewersOpus)));
        harness.RunFor(1.5);

        Assert.Equal(0, with.Client.Played[Audio].Packets);
        foreach (var shard in harness.Node.Shards)
        {
            Assert.Equal(0, shard.Stats.Faults);
        }
    }

    private static async Task<SocketClient> PullAsync(
        MeshHarness mesh,
        NodeHarness at,
        SocketClient publisher,
        bool takesRedundancy
    )
    {
        var session = new SessionKey("app", await at.NewSessionAsync());
        var asked = at.AskAsync(session, NodeHarness.Remote(publisher.SessionId, "mic"));
        mesh.Away.RunUntil(() => asked.IsCompleted, "The pull did not come back.");
        return await at.AnswerAsync(session, await asked, takesRedundancy);
    }

    private static void AssertWhole(PlayedTrack track)
    {
        Assert.Equal(0, track.Missing);
        Assert.Equal(0, track.Fillers);
        Assert.Equal(0, track.BackwardTimestamps);
        // The stamp at the end of each packet's own sound was found: it is the sound that was sent.
        Assert.Equal(track.Packets, track.Frames);
    }

    private static void AssertRedundant(PlayedTrack track, byte opus)
    {
        Assert.True(RedPayload.TryParse(track.LastRedundant, out var red));
        Assert.Equal(OwnBytes, red.PrimaryBytes);
        Assert.Equal(5, red.HeaderBytes);
        Assert.All(
            track.LastRedundant[5..^OwnBytes],
            copied => Assert.Equal(SyntheticAudio.CopyByte, copied)
        );
        Assert.Equal(new PayloadType(opus), red.Format);
    }

    private static SyntheticAudio Sound() =>
        new() { RedundantFormat = new PayloadType(PublishersOpus) };

    private static OfferedCodec Redundant(byte number) =>
        new(CodecKind.Opus) { PayloadType = new PayloadType(number), HasRedundancy = true };

    /// <summary>An offer of Opus, 111, and redundancy, 63, in this order; the latter's number.</summary>
    private static string OfferOf(NodeHarness harness, string formats, out string red)
    {
        var offer = harness.OfferPush(Offer(Redundant(111)));
        red = offer.Split("red/48000/2")[0].Split("a=rtpmap:")[^1].Trim();
        Assert.Contains("red/48000/2", offer, StringComparison.Ordinal);
        return offer.Replace(
            $"SAVPF {red} 111",
            $"SAVPF {formats.Replace("63", red, StringComparison.Ordinal)}",
            StringComparison.Ordinal
        );
    }

    private static async Task<CallsResult<TracksOutcome>> PushAsync(
        NodeHarness harness,
        string session,
        string offer,
        TrackRequest track
    ) =>
        await harness.Node.Calls.NewTracksAsync(
            new NewTracksRequest(
                new SessionKey("app", session),
                [track],
                new SessionSdp(IsOffer: true, offer),
                DiscoversTracks: false
            ),
            CancellationToken.None
        );

    private static OfferOptions Offer(params ImmutableArray<OfferedCodec> audio) =>
        new() { Tracks = [new OfferedTrack(MediaKind.Audio, audio), ClientFactory.AudioVideo[1]] };
}
