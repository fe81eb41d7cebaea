using System.Collections.Concurrent;
using Anycast.Steering;
using Edge.Mesh;
using Edge.Node.MeshLink;
using Edge.Node.Tests.Serving;
using Edge.Wire.Mesh;
using Edge.Wire.Mesh.Frames;
using Xunit;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>What another node wants of a track that is just on its way (<c>ExportMoveTests</c> has how long that takes).</summary>
public sealed class WantOnTheWayTests
{
    private const int Cam = 0;

    /// <summary>The giver keeps it, and says who has the track as soon as it knows: a frame that holds nothing else.</summary>
    [Fact]
    public async Task Want_MeetsTheTrackOnItsWay_WatcherIsToldWhoHasIt()
    {
        await using var pop = new PopHarness(3, hasMesh: true, change: PopHarness.Staying);
        var (giver, heir, watcher) = (pop.First, pop.Nodes[1], pop.Nodes[2]);
        var publisher = await giver.PushAsync();
        pop.RunUntil(() => publisher.Client.ConnectedAt.IsSet, "Nobody connected.");
        var viewer = await watcher.PullAsync("app", NodeHarness.Remote(publisher.SessionId, "cam"));
        pop.RunUntilAllGoOn([viewer], Cam, frames: 10);
        var track = Assert.Single(watcher.Node.Engine!.Remote);
        Assert.Equal(AddressOf(giver), track.Key.Owner);
        await using var ear = pop.Exchange.Connect();
        var (wants, told) = (0, new ConcurrentQueue<NodeAddress>());
        using var demands = pop.Buses[0]
            .Subscribe(
                MeshSubjects.Demand(track.Key.App, AddressOf(giver)),
                _ => Interlocked.Increment(ref wants)
            );
        using var frames = ear.Subscribe(
            MeshSubjects.CachePattern(AddressOf(watcher)),
            message => Read(message.Payload, told)
        );

        await pop.RunAsync(async () =>
        {
            var group = await PopHarness.WriteAllAsync(giver.Node);
            // Once the giver's bus has given the second to all who listen there, the giver has the first.
            for (var said = 0; said < 2; said++)
            {
                var before = Volatile.Read(ref wants);
                watcher.Node.Engine.Post(new MeshCommand.WantKeyFrame(track, Layer: 0));
                await Waiting.UntilAsync(() => Volatile.Read(ref wants) > before);
            }

            Assert.Empty(told);
            await PopHarness.TakeAsync(group, heir);
            await giver.Node.Giver.ForgetAsync(group, heir.Node.Number, isHere: false);
        });
        pop.RunUntil(() => !told.IsEmpty, "Nobody says who has the track.");
        pop.RunUntilAllGoOn([viewer], Cam, frames: 10);

        Assert.Equal([AddressOf(heir)], told);
        Assert.Equal(AddressOf(heir), track.Key.Owner);
        Assert.Equal(0, pop.Sum(stats => stats.Faults));
    }

    private static NodeAddress AddressOf(NodeHarness node) =>
        new(OwnerCode.NumberOf(PopHarness.Name), node.Node.Number);

    /// <summary>Notes who has a track, where a frame says nothing else.</summary>
    private static void Read(ReadOnlySpan<byte> bytes, ConcurrentQueue<NodeAddress> told)
    {
        var layers = new MeshLayerState[MeshLimits.LayersMax];
        if (
            MeshFrameReader.TryParse(bytes, out var frame) == MeshParseError.None
            && !frame.TryReadPacket(out _, out _)
            && MeshTrackState.TryParse(frame.State, layers, out var count, out var state)
                == MeshParseError.None
            && count == 0
            && state.Owner is { } owner
        )
        {
            told.Enqueue(new NodeAddress(owner.Pop, owner.Node));
        }
    }
}
