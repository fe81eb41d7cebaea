using Control.Contract;
using Control.Contract.Calls;
using Edge.Mesh;
using Edge.Primitives;
using Edge.Protocol.Ice;
using Edge.Protocol.Transport;
using Edge.Testing.Clients;
using Edge.Wire.Sdp;
using Xunit;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>A session speaks with the certificate it was made with, wherever it goes: to a browser another fingerprint is
/// another transport, with another handshake.</summary>
public sealed class HandedOverIdentityTests
{
    private const int Cam = 0;
    private const int Video = 1;

    /// <summary>Chosen: the flows of so many come to one of three nodes once in 10^3 runs, and to the right one less often.</summary>
    private const int Silent = 8;

    /// <summary>What a session is offered after two moves is of the fingerprint that it connected by; answering it begins no
    /// handshake.</summary>
    [Fact]
    public async Task Move_TwiceThenRenegotiated_SameFingerprintAndNoHandshake()
    {
        await using var pop = new PopHarness(3);
        var publisher = await pop.First.PushAsync();
        var talker = await pop.First.TalkAsync();
        pop.RunUntil(
            () => publisher.Client.ConnectedAt.IsSet && talker.Running.Client.ConnectedAt.IsSet,
            "They did not connect."
        );
        var viewer = await WatchAsync(pop, pop.First, talker.Running);
        var records = talker.Running.HandshakeRecords;

        await MoveAsync(pop, pop.First, pop.Nodes[1]);
        await MoveAsync(pop, pop.Nodes[1], pop.Nodes[2]);
        var heir = pop.Nodes[2];
        var offered = await AskAsync(pop, heir, talker.Running.SessionId, publisher);
        await heir.AnswerAsync(talker, offered);
        pop.RunUntilAllGoOn([talker.Running, viewer], Cam, frames: 30);

        Assert.Equal(
            Fingerprints(talker.FirstAnswer),
            Fingerprints(offered.Value!.Description!.Sdp)
        );
        Assert.Equal(records, talker.Running.HandshakeRecords);
        Assert.Equal(0, viewer.Client.Peer.Transport.Dropped(DropReason.NotAuthentic));
    }

    /// <summary>The offers were written before the move, the answers come after it: the handshakes are with the heir, whichever
    /// node the clients' flows come to.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Move_OfferedBeforeAnsweredAfter_ConnectsAtTheHeir(int moves)
    {
        await using var pop = new PopHarness(3);
        var publisher = await pop.First.PushAsync();
        pop.RunUntil(() => publisher.Client.ConnectedAt.IsSet, "The publisher did not connect.");
        var offers = new List<(SessionKey Session, CallsResult<TracksOutcome> Offer)>();
        for (var count = 0; count < Silent; count++)
        {
            var session = new SessionKey("app", await pop.First.NewSessionAsync());
            offers.Add((session, await AskAsync(pop, pop.First, session.SessionId, publisher)));
        }

        for (var move = 0; move < moves; move++)
        {
            await MoveAsync(pop, pop.Nodes[move], pop.Nodes[move + 1]);
        }

        var viewers = new List<SocketClient>();
        foreach (var (session, offer) in offers)
        {
            viewers.Add(await pop.Nodes[moves].AnswerAsync(session, offer));
        }

        pop.RunUntil(
            () => viewers.TrueForAll(viewer => viewer.Client.ConnectedAt.IsSet),
            "Somebody did not connect at the heir."
        );
        pop.RunUntilAllGoOn(viewers, Cam, frames: 10);
    }

    [Fact]
    public async Task Move_ThenIceRestart_MediaGoesOn()
    {
        await using var pop = new PopHarness(2);
        var publisher = await pop.First.PublishAsync();
        pop.RunUntil(() => publisher.Client.ConnectedAt.IsSet, "The publisher did not connect.");
        var viewer = await pop.First.PlayAsync();
        pop.RunUntilAllGoOn([viewer], Video, frames: 40);
        var records = viewer.HandshakeRecords;

        await MoveAsync(pop, pop.First, pop.Nodes[1]);
        await RestartIceAsync(pop.Nodes[1], viewer);
        pop.RunUntilAllGoOn([viewer], Video, frames: 30);

        Assert.Equal(records, viewer.HandshakeRecords);
        Assert.Equal(0, viewer.Client.Peer.Transport.Dropped(DropReason.NotAuthentic));
    }

    /// <summary>The client closes its first section, and with it its transport: the session goes on over another one, and is
    /// found by its former node's name as before.</summary>
    [Fact]
    public async Task Move_ThenTransportIsReplaced_IsStillFoundByItsName()
    {
        await using var pop = new PopHarness(2);
        var session = new SessionKey("app", await pop.First.NewSessionAsync());
        var offer = pop.First.OfferPush();
        _ = await pop.First.PushAsync(
            session,
            offer,
            NodeHarness.Local("0", "mic"),
            NodeHarness.Local("1", "cam")
        );
        var heir = pop.Nodes[1];
        await MoveAsync(pop, pop.First, heir);
        Assert.True(heir.Node.State.Sessions.TryFindById(session.SessionId, out var before));

        var closed = await heir.Node.Calls.CloseTracksAsync(
            new CloseTracksRequest(
                session,
                ["0"],
                IsForced: false,
                new SessionSdp(IsOffer: true, WithoutFirstSection(offer))
            ),
            CancellationToken.None
        );
        Assert.Null(closed.Error);
        pop.RunUntil(() => before.IsOver, "The transport was not replaced.");

        Assert.True(heir.Node.State.Sessions.TryFindById(session.SessionId, out var after));
        Assert.NotSame(before, after);
        var former = new NodeAddress(heir.Node.Adoptions!.Self.Pop, pop.First.Node.Number);
        pop.First.RunFor(0.1);
        Assert.Contains(former, heir.Node.Adoptions.Represented);
        Assert.True(pop.First.Node.Adoptions!.TryFindHolder(session.SessionId, out var holder));
        Assert.Equal(heir.Node.Number, holder.Node);
    }

    private static string WithoutFirstSection(string offer) =>
        System.Text.RegularExpressions.Regex.Replace(
            offer.Replace("a=group:BUNDLE 0 1", "a=group:BUNDLE 1", StringComparison.Ordinal),
            "m=audio [0-9]+ ",
            "m=audio 0 ",
            System.Text.RegularExpressions.RegexOptions.None,
            TimeSpan.FromSeconds(1)
        );

    private static async Task<SocketClient> WatchAsync(
        PopHarness pop,
        NodeHarness node,
        SocketClient publisher
    )
    {
        var session = new SessionKey("app", await node.NewSessionAsync());
        var viewer = await node.AnswerAsync(
            session,
            await AskAsync(pop, node, session.SessionId, publisher)
        );
        pop.RunUntilAllGoOn([viewer], Cam, frames: 40);
        return viewer;
    }

    private static async Task<CallsResult<TracksOutcome>> AskAsync(
        PopHarness pop,
        NodeHarness node,
        string session,
        SocketClient publisher
    )
    {
        var asked = node.AskAsync(
            new SessionKey("app", session),
            NodeHarness.Remote(publisher.SessionId, "cam")
        );
        pop.RunUntil(() => asked.IsCompleted, "The track was not found.");
        var offered = await asked;
        Assert.True(offered.IsDone, offered.Error?.Description);
        return offered;
    }

    private static async Task RestartIceAsync(NodeHarness node, SocketClient client)
    {
        var credentials = IceCredentials.Create(Prng.FromNumber(7));
        var fragment = new TrickleFragment
        {
            UsernameFragment = credentials.UsernameFragment,
            Password = credentials.Password,
        };
        var result = await node.Node.UpdateIceAsync(
            new IceUpdateRequest(new("app", client.SessionId), fragment.Write(), IfMatch: null),
            CancellationToken.None
        );
        var restarted = Assert.IsType<IceUpdateResult.Restarted>(result);
        Assert.True(TrickleFragment.TryParse(restarted.Fragment, out var answer, out _));
        var ice = client.Client.Peer.Transport.Ice;
        ice.RestartLocal(
            credentials,
            new IceCredentials(answer!.UsernameFragment!, answer.Password!),
            node.Now
        );
        ice.AddRemoteCandidate(node.Node.Candidates[0], node.Now);
    }

    private static List<string> Fingerprints(string sdp) =>
        [
            .. sdp.Split("\r\n")
                .Where(line => line.StartsWith("a=fingerprint:", StringComparison.Ordinal))
                .Distinct(StringComparer.Ordinal),
        ];

    private static Task MoveAsync(PopHarness pop, NodeHarness from, NodeHarness to) =>
        pop.RunAsync(() => PopHarness.MoveAllAsync(from, to));
}
