using Edge.Mesh.Demand;
using Edge.Mesh.Peers;
using Edge.Primitives;
using Edge.Wire.Mesh;
using Edge.Wire.Mesh.Demands;
using Xunit;

namespace Edge.Mesh.Tests.Demand;

/// <summary>What is wanted of a node under the names of others, whose tracks it has.</summary>
public sealed class NamedDemandTests
{
    private static readonly NodeAddress Self = new(1, 1);
    private static readonly NodeAddress Former = new(1, 9);
    private static readonly NodeAddress Watcher = new(1, 2);
    private static readonly Instant Now = Instant.FromMilliseconds(1000);

    private readonly OriginBook _book = new(Self, new PeerPops());
    private ulong _sequence;

    public NamedDemandTests()
    {
        _book.Add(DemandLab.Camera, DemandLab.App);
        _book.Add(DemandLab.Voice, DemandLab.App);
    }

    [Fact]
    public void HandleDemand_OfAnotherName_IsTaken()
    {
        Say(Former, isWhole: true, DemandLab.Camera);

        Assert.Equal(1u, _book.Carried(DemandLab.Camera).Near);
    }

    /// <summary>What a whole message does not name is not wanted by that name; by another one it may be.</summary>
    [Fact]
    public void HandleDemand_WholeMessagesOfTwoNames_EachEndsItsOwn()
    {
        Say(Former, isWhole: true, DemandLab.Camera);
        Say(Self, isWhole: true, DemandLab.Voice);

        Assert.True(_book.IsWatched(DemandLab.Camera));
        Assert.True(_book.IsWatched(DemandLab.Voice));
        Say(Former, isWhole: true);
        Assert.False(_book.IsWatched(DemandLab.Camera));
        Assert.True(_book.IsWatched(DemandLab.Voice));
    }

    /// <summary>Who wants it by its new name says so, and goodbye to the former one, in any order.</summary>
    [Fact]
    public void HandleDemand_GoodbyeToTheFormerName_EndsNothing()
    {
        Say(Former, isWhole: false, DemandLab.Camera);
        Say(Self, isWhole: false, DemandLab.Camera);
        SayGoodbye(Former, DemandLab.Camera);
        Assert.True(_book.IsWatched(DemandLab.Camera));

        SayGoodbye(Self, DemandLab.Camera);

        Assert.False(_book.IsWatched(DemandLab.Camera));
    }

    /// <summary>It may be where others of that name's sessions are.</summary>
    [Fact]
    public void HandleDemand_UnknownTrackOfAnotherName_IsNobodysToSay()
    {
        var elsewhere = TrackToken.Create("elsewhere", "camera");
        Say(Former, isWhole: false, elsewhere);
        Assert.False(_book.PollEvent(out _));

        Say(Self, isWhole: false, elsewhere);

        Assert.True(_book.PollEvent(out var happened));
        Assert.Equal(OriginEventKind.Unknown, happened.Kind);
    }

    /// <summary>What a node wants of a session that it gave away it hears itself.</summary>
    [Fact]
    public void HandleDemand_OfThisNode_IsNotForIt()
    {
        Say(Self, isWhole: true, Self, DemandLab.Camera);

        Assert.False(_book.IsWatched(DemandLab.Camera));
    }

    private void Say(NodeAddress to, bool isWhole, params TrackToken[] tracks) =>
        Say(to, isWhole, Watcher, tracks);

    private void Say(NodeAddress to, bool isWhole, NodeAddress from, params TrackToken[] tracks) =>
        Send(to, isWhole, from, 1 | MeshDemandEntry.WatchedBit, tracks);

    private void SayGoodbye(NodeAddress to, TrackToken track) =>
        Send(to, isWhole: false, Watcher, layers: 0, [track]);

    private void Send(
        NodeAddress to,
        bool isWhole,
        NodeAddress from,
        uint layers,
        TrackToken[] tracks
    )
    {
        var message = new byte[MeshLimits.DemandBytesMax];
        var writer = new MeshDemandWriter(
            message,
            new MeshDemandHeader(new MeshWatcher(from.Pop, from.Node, 1), ++_sequence, isWhole)
        );
        foreach (var track in tracks)
        {
            Assert.True(writer.TryAddEntry(new MeshDemandEntry(track, layers, 0)));
        }

        Assert.Equal(
            MeshParseError.None,
            MeshDemandReader.TryParse(message.AsSpan(0, writer.Length), out var demand)
        );
        _book.HandleDemand(new DemandKey(to, DemandLab.App), ref demand, Now);
    }
}
