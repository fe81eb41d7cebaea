using Edge.Primitives;
using Xunit;

namespace Edge.Mesh.Tests.Simulation.Bus;

/// <summary>The bus of the simulation does what NATS does, as far as the mesh can tell.</summary>
public sealed class SimulatedBusTests
{
    private static readonly BusConditions Wire = new() { Delay = TimeSpan.FromMilliseconds(20) };

    private readonly MeshWorld _world = new(seed: 1);
    private readonly SimulatedBus _bus;
    private readonly BusServer _left;
    private readonly BusServer _middle;
    private readonly BusServer _right;
    private readonly List<string> _heard = [];

    public SimulatedBusTests()
    {
        _bus = new SimulatedBus(_world);
        _left = _bus.AddServer("left");
        _middle = _bus.AddServer("middle");
        _right = _bus.AddServer("right");
    }

    [Theory]
    [InlineData("a.b.c", "a.b.c", true)]
    [InlineData("a.*.c", "a.b.c", true)]
    [InlineData("a.>", "a.b.c", true)]
    [InlineData("a.b", "a.b.c", false)]
    [InlineData("a.b.c", "a.b", false)]
    [InlineData("a.*", "a.b.c", false)]
    [InlineData("a.>", "a", false)]
    public void Matches_Patterns_AsNatsHasIt(string pattern, string subject, bool isCovered) =>
        Assert.Equal(isCovered, SubjectTable<object>.Matches(pattern, subject));

    /// <summary>However many listen behind a link: one copy crosses it, and none where nobody does.</summary>
    [Fact]
    public void TryPublish_ManyListenersBehindALink_OneCopyCrosses()
    {
        var mesh = Mesh();
        for (var count = 0; count < 3; count++)
        {
            Listen(_right, "media.>");
        }

        Settle();
        Say(_left, "media.app.x.0");
        Settle();

        Assert.Equal(3, _heard.Count);
        Assert.Equal(1, mesh.LeftRight.There.BySubject["media.app.x.0"].Messages);
        Assert.Equal(0, mesh.LeftMiddle.There.Messages);
        Assert.All(_bus.Links, link => Assert.Equal(0, link.Repeated));
    }

    /// <summary>What came over one gateway goes over no other, or messages would go round.</summary>
    [Fact]
    public void TryPublish_FullMesh_EverybodyHearsItOnce()
    {
        Mesh();
        Listen(_left, "a");
        Listen(_middle, "a");
        Listen(_right, "a");
        Settle();

        Say(_left, "a");
        Settle();

        Assert.Equal(3, _heard.Count);
    }

    /// <summary>Over the hub of a tree a message reaches the other leaves.</summary>
    [Fact]
    public void TryPublish_LeafToLeaf_GoesOverTheHub()
    {
        Tree();
        Listen(_right, "a");
        Settle();

        Say(_left, "a");
        _world.RunFor(TimeSpan.FromMilliseconds(39));
        Assert.Empty(_heard);
        _world.RunFor(TimeSpan.FromMilliseconds(2));

        Assert.Single(_heard);
    }

    [Fact]
    public void Dispose_LastListener_NothingCrossesAnyMore()
    {
        var mesh = Mesh();
        var subscription = Listen(_right, "a");
        Settle();
        subscription.Dispose();
        Settle();

        Say(_left, "a");
        Settle();

        Assert.Equal(0, mesh.LeftRight.There.Messages);
    }

    [Fact]
    public void TryPublish_Many_ArriveInOrder()
    {
        Mesh(Wire with { Jitter = TimeSpan.FromMilliseconds(50) });
        Listen(_right, "a.*");
        Settle();
        var client = _bus.Connect(_left);
        for (var number = 0; number < 100; number++)
        {
            client.TryPublish($"a.{number}", [1]);
        }

        Settle();

        Assert.Equal(
            Enumerable.Range(0, 100).Select(number => $"a.{number}"),
            _heard,
            StringComparer.Ordinal
        );
    }

    /// <summary>A slow link delivers at its rate, and loses whole messages when too much waits.</summary>
    [Fact]
    public void TryPublish_MoreThanTheQueueTakes_TheRestIsLost()
    {
        var mesh = Mesh(Wire with { Rate = new Bitrate(80_000), QueueBytes = 5_100 });
        Listen(_right, "a");
        Settle();
        var client = _bus.Connect(_left);
        for (var count = 0; count < 10; count++)
        {
            client.TryPublish("a", new byte[983]);
        }

        _world.RunFor(TimeSpan.FromMilliseconds(230));
        Assert.Equal(2, _heard.Count);
        Settle();

        Assert.Equal(5, _heard.Count);
        Assert.Equal(5, mesh.LeftRight.There.Overflown);
        Assert.InRange(mesh.LeftRight.There.QueuedBytesPeak, 1, 5_100);
    }

    /// <summary>A cut that nobody notices holds messages up; a longer one loses them.</summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(10, 0)]
    public void Cut_ThenHealed_HoldsOrLoses(double seconds, int heard)
    {
        var mesh = Mesh();
        Listen(_right, "a");
        Settle();

        mesh.LeftRight.Cut();
        Say(_left, "a");
        _world.RunFor(TimeSpan.FromSeconds(seconds));
        Assert.Empty(_heard);
        mesh.LeftRight.Heal();
        Settle();

        Assert.Equal(heard, _heard.Count);
        Say(_left, "a");
        Settle();
        Assert.Equal(heard + 1, _heard.Count);
    }

    /// <summary>Clients and servers come back by themselves, with what was subscribed.</summary>
    [Fact]
    public void Stop_AndStart_AllIsSubscribedAgain()
    {
        Tree();
        Listen(_right, "a");
        var changes = new List<bool>();
        var client = _bus.Connect(_middle);
        client.ConnectionChanged = changes.Add;
        Settle();

        _middle.Stop();
        Assert.False(client.TryPublish("a", [1]));
        Say(_left, "a");
        _world.RunFor(TimeSpan.FromSeconds(2));
        _middle.Start();
        Settle();

        Assert.Empty(_heard);
        Assert.Equal([false, true], changes);
        Say(_left, "a");
        Settle();
        Assert.Single(_heard);
    }

    [Fact]
    public void Request_Answered_IsAnsweredOnce()
    {
        Mesh();
        var server = _bus.Connect(_right);
        server.Subscribe("ask", parcel => server.TryPublish(parcel.ReplyTo!, [7]));
        server.Subscribe("ask", parcel => server.TryPublish(parcel.ReplyTo!, [8]));
        Settle();

        var answers = Ask(_left, "ask");
        Settle();

        Assert.Equal([(BusReplyKind.Answered, (byte)7)], answers);
    }

    [Fact]
    public void Request_NobodyThere_IsKnownAtOnceAndACutAfterAWhile()
    {
        var mesh = Mesh();
        var nobody = Ask(_left, "ask");
        _world.RunFor(TimeSpan.FromMilliseconds(1));
        Assert.Equal(BusReplyKind.NoResponders, Assert.Single(nobody).Kind);

        Listen(_right, "ask");
        Settle();
        mesh.LeftRight.Cut();
        var cut = Ask(_left, "ask");
        _world.RunFor(TimeSpan.FromSeconds(1));

        Assert.Equal(BusReplyKind.TimedOut, Assert.Single(cut).Kind);
    }

    private (BusRoute LeftMiddle, BusRoute LeftRight) Mesh(BusConditions? wire = null)
    {
        wire ??= Wire;
        _ = _bus.Join(_middle, _right, BusRouteKind.Gateway, wire);
        return (
            _bus.Join(_left, _middle, BusRouteKind.Gateway, wire),
            _bus.Join(_left, _right, BusRouteKind.Gateway, wire)
        );
    }

    /// <summary>The middle is the hub.</summary>
    private void Tree()
    {
        _ = _bus.Join(_middle, _left, BusRouteKind.Leaf, Wire);
        _ = _bus.Join(_middle, _right, BusRouteKind.Leaf, Wire);
    }

    private BusSubscription Listen(BusServer server, string pattern) =>
        _bus.Connect(server).Subscribe(pattern, parcel => _heard.Add(parcel.Subject));

    private void Say(BusServer server, string subject) =>
        Assert.True(_bus.Connect(server).TryPublish(subject, [1]));

    private List<(BusReplyKind Kind, byte Payload)> Ask(BusServer server, string subject)
    {
        var answers = new List<(BusReplyKind, byte)>();
        _bus.Connect(server)
            .Request(
                subject,
                [],
                TimeSpan.FromSeconds(1),
                (kind, payload) => answers.Add((kind, payload.FirstOrDefault()))
            );
        return answers;
    }

    private void Settle() => _world.RunFor(TimeSpan.FromSeconds(3));
}
