using System.Text.Json;
using Anycast.Steering;
using Control.Contract;
using Edge.Mesh;
using Edge.Node.MeshLink;
using Edge.Node.Tests.Serving;
using Edge.Primitives;
using Xunit;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>Tracks of sessions that another node has than the one that their ids name.</summary>
/// <remarks>The session is moved before it has media: from then on it is as one that was handed over.</remarks>
public sealed class AdoptedTrackTests
{
    private const int Heir = 0;
    private const int Watcher = 1;
    private const int Giver = 2;

    /// <summary>Longer than a want is valid that is not said again.</summary>
    private const double Long = 8;

    /// <summary>Whoever asks finds it by the giver's name: others, the giver itself, and who has it. The giver says of nothing that
    /// it is gone, and what is wanted under its name is heard when it has ended, too.</summary>
    [Fact]
    public async Task Pull_SessionThatMoved_MediaGoesOnWhenTheGiverHasEnded()
    {
        await using var world = new NameWorld(3);
        var session = await PublishAsync(world);
        var video = new List<Testing.Clients.PlayedTrack>
        {
            await PullAsync(world, Watcher, session),
            await PullAsync(world, Heir, session),
        };
        var atGiver = await PullAsync(world, Giver, session);
        ExpectFrames(world, [.. video, atGiver], 10);

        Run(world, Long);
        ExpectFrames(world, [.. video, atGiver], 10);

        await world.EndLastAsync();

        Run(world, Long);
        ExpectFrames(world, video, 10);
    }

    /// <summary>Another PoP's node knows nothing of who has it, and need not.</summary>
    [Fact]
    public async Task Question_ByTheGiversName_ExactlyOneAnswers()
    {
        await using var world = new NameWorld(3);
        var session = await PublishAsync(world);
        var question = JsonSerializer.SerializeToUtf8Bytes(
            new PeerQuestion(Version: 1)
            {
                Track = new TrackQuestion("app", session.SessionId, "cam", null),
            },
            PeerJsonContext.Default.PeerQuestion
        );

        Assert.Null(await AskAsync(Giver));
        Assert.Null(await AskAsync(Heir));
        Assert.Null(await AskAsync(Watcher));
        await world.EndLastAsync();
        Assert.Null(await AskAsync(Giver));

        async Task<string?> AskAsync(int name)
        {
            var asked = world.AskRawAsync(
                MeshSubjects.Peer(new(NameWorld.Address(name).Pop, NameWorld.Number(name))),
                question
            );
            world.Pop.RunUntil(() => asked.IsCompleted, "Nobody answered.");
            var answer = Assert.Single(await asked);
            return JsonSerializer.Deserialize(answer, PeerJsonContext.Default.TrackAnswer)!.Error;
        }
    }

    /// <summary>What another PoP sends to a node that has left comes to who has the session. Of what is nobody's here it does not say
    /// so: the others may have it.</summary>
    [Fact]
    public async Task Crossing_ForANodeThatLeft_ComesToWhoHasTheSession()
    {
        await using var world = new NameWorld(2);
        await using var leaver = new NodeHarness(
            NodeHarness.Options() with
            {
                Pop = PopHarness.Name,
                Node = "n9",
                PopSecret = PopHarness.Secret,
            }
        );
        var client = await leaver.PublishAsync();
        byte[] check = [];
        client.Client.OutgoingFilter = datagram =>
        {
            check = check.Length == 0 ? datagram.ToArray() : check;
            return true;
        };
        leaver.RunUntil(() => check.Length > 0, "The client sent no check.");
        Assert.True(Edge.Node.Shards.Shard.TryReadFragment(check, out var bytes));
        var fragment = System.Text.Encoding.ASCII.GetString(bytes);
        var heir = world.Pop.First;
        var publisher = await heir.PublishAsync();
        Assert.True(heir.Node.State.Sessions.TryFindById(publisher.SessionId, out var session));
        heir.Node.State.Sessions.AddFragment(session, fragment);
        var number = OwnerCode.NumberOf("n9");
        heir.Node.Adoptions!.Adopt(client.SessionId, [fragment], number);
        var subject = MeshSubjects.Crossing(new(NameWorld.Address(0).Pop, number));
        var said = 0;
        using var hearing = world.Bus.Subscribe(
            MeshSubjects.Crossing(new(77, 7)),
            _ => Interlocked.Increment(ref said)
        );

        heir.RunUntil(
            () =>
            {
                Send(check);
                Send([128, 1, 2, 3]);
                return world.Pop.Sum(stats => stats.CrossedIn) > 0;
            },
            "It did not come."
        );
        heir.RunFor(0.2);

        Assert.Equal(0, said);

        void Send(byte[] datagram)
        {
            var message = new byte[CrossingMessage.HeaderBytes + datagram.Length];
            var length = CrossingMessage.WriteHeader(
                message,
                new CrossingHeader(
                    CrossingKind.Datagram,
                    77,
                    7,
                    NetworkAddress.FromIPv4(0x7F000001, 9),
                    default
                )
            );
            datagram.CopyTo(message, length);
            world.Bus.TryPublish(subject, message);
        }
    }

    /// <summary>A session that names the giver and publishes at the heir.</summary>
    private static async Task<SessionKey> PublishAsync(NameWorld world)
    {
        var session = await world.CreateAsync(Giver);
        world.Take(session, from: Giver, to: Heir);
        var publisher = await world.Pop.Nodes[Heir].PushIntoAsync(session);
        world.Pop.RunUntil(() => publisher.Client.ConnectedAt.IsSet, "It did not connect.");
        return session;
    }

    private static async Task<Testing.Clients.PlayedTrack> PullAsync(
        NameWorld world,
        int node,
        SessionKey session
    )
    {
        var pull = world
            .Pop.Nodes[node]
            .PullAsync("app", NodeHarness.Remote(session.SessionId, "cam"));
        world.Pop.RunUntil(() => pull.IsCompleted, $"Node {node} was not answered.");
        return (await pull).Client.Played[0];
    }

    private static void Run(NameWorld world, double seconds) => world.Pop.Nodes[^1].RunFor(seconds);

    private static void ExpectFrames(
        NameWorld world,
        List<Testing.Clients.PlayedTrack> viewers,
        int more
    )
    {
        var before = viewers.ConvertAll(viewer => viewer.CompleteFrames);
        world.Pop.RunUntil(
            () =>
                viewers
                    .Select(viewer => viewer.CompleteFrames)
                    .Zip(before)
                    .All(pair => pair.First >= pair.Second + more),
            "Somebody's media does not go on."
        );
    }
}
