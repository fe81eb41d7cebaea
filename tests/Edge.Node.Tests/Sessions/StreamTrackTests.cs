using Edge.Forwarding.Tracks;
using Edge.Mesh;
using Edge.Node.Sessions;
using Edge.Primitives;
using Edge.Protocol.Negotiation;
using Edge.Wire.Payload;
using Xunit;

namespace Edge.Node.Tests.Sessions;

/// <summary>Who publishes a track is written by control and by the publisher's shard.</summary>
public sealed class StreamTrackTests
{
    private static readonly NegotiatedCodec Vp8 = new(
        CodecKind.Vp8,
        new PayloadType(96),
        null,
        90_000,
        "VP8",
        null
    );

    private static readonly TrackFormat Format = new(Vp8, new HeaderExtensionMap(), Rids: []);

    private readonly StreamTrack _track = new(new TrackMedia(MediaKind.Video, Vp8), shardCount: 2);

    [Fact]
    public void TryReplaceSource_Current_TakesItsPlace()
    {
        var first = NewSource();
        _track.Source = first;
        var again = NewSource();

        Assert.True(_track.TryReplaceSource(first, again));
        Assert.Same(again, _track.Source);
    }

    /// <summary>A publisher that was replaced begins anew under another SSRC: it stays replaced.</summary>
    [Fact]
    public void TryReplaceSource_NewerPublisherThere_ChangesNothing()
    {
        var replaced = NewSource();
        var newer = NewSource();
        _track.Source = newer;

        Assert.False(_track.TryReplaceSource(replaced, NewSource()));
        Assert.Same(newer, _track.Source);
    }

    [Fact]
    public void IsCarried_LayerThatOthersWatch_AllocatesNothing()
    {
        _track.Carry(0b10, Bitrate.Zero);

        Assert.False(_track.IsCarried(0));
        Assert.True(_track.IsCarried(1));
        Testing.AllocationAssert.None(_track, static track => track.IsCarried(1));
    }

    /// <summary>What is wanted is what any shard's viewers want, and a shard's last word stands.</summary>
    [Fact]
    public void Want_ByShards_IsTheirUnion()
    {
        Assert.True(_track.Want(0, 0b01));
        Assert.True(_track.Want(1, 0b10));
        Assert.False(_track.Want(1, 0b10));
        Assert.Equal(0b11u, _track.WantedLayers);

        Assert.True(_track.Want(0, 0));
        Assert.Equal(0b10u, _track.WantedLayers);
    }

    /// <summary>A publisher of another node, whose track was taken here: it is the same run of packets, and viewers know it
    /// by the same epoch.</summary>
    [Fact]
    public void GoOn_RunThatViewersHereHaveSeen_KeepsItsEpoch()
    {
        var name = new SourceName(77, 500);
        NewSource();
        var before = NewSource(name);
        _track.Source = before;

        var source = _track.GoOn(name, origin: null!, section: 1, before.Format);

        Assert.Same(source, _track.Source);
        Assert.Equal(before.Epoch, source.Epoch);
        Assert.True(source.Continues(before));
        Assert.False(source.IsNewerThan(before));
        Assert.Equal(name, source.Name);
        Assert.Equal(name, source.Exported.Name);
        Assert.Equal(new SourceName(77, 501), NewSource().Name);
    }

    /// <summary>A layer began anew there before this node saw it.</summary>
    [Fact]
    public void GoOn_RunThatNobodyHereHasSeen_BeginsAnother()
    {
        var before = NewSource(new SourceName(77, ushort.MaxValue));
        _track.Source = before;

        var source = _track.GoOn(new SourceName(77, 0), null!, section: 0, before.Format);

        Assert.True(source.IsNewerThan(before));
        Assert.Equal(new SourceName(77, 0), source.Name);
        Assert.Equal(new SourceName(77, 1), NewSource().Name);
    }

    /// <summary>It went on to another node: what is published here later is not taken for it.</summary>
    [Fact]
    public void EndExport_AfterItCameAndWent_NamesAreOfThisNodeAgain()
    {
        var track = new StreamTrack(new TrackMedia(MediaKind.Video, Vp8), shardCount: 1, life: 5);
        _ = track.GoOn(new SourceName(77, 3), null!, section: 0, Format);

        Assert.Null(track.EndExport());

        Assert.Equal(new SourceName(5, 2), track.NameOf(2));
    }

    /// <summary>The same packets from another place: nothing is begun, and what still comes from the former place is taken
    /// too, and does not turn back.</summary>
    [Fact]
    public void TryFollow_SameRunFromAnotherPlace_GoesOn()
    {
        var core = new Track(_track.Description, [new PacketPool(0, 8)], new TrackOptions());
        var replica = new TrackReplica(_track, core);
        var remote = NewSource(new SourceName(77, 500));
        _track.Source = remote;
        Assert.True(replica.TryFollow(remote, Instant.Zero));
        core.SetLayerState(0, isLive: true, 1000, Bitrate.FromKilobits(5), Instant.Zero);
        var choices = core.Choices;

        var home = _track.GoOn(remote.Name, null!, section: 0, remote.Format);
        Assert.True(replica.TryFollow(home, Instant.Zero));
        Assert.Same(home, replica.Source);
        Assert.True(replica.TryFollow(remote, Instant.Zero));

        Assert.Same(home, replica.Source);
        Assert.Equal(choices, core.Choices);
        Assert.True(core.Layers.IsLive(0));
        Assert.Equal(home.Epoch, core.SourceEpoch);
        core.Close();
    }

    private TrackSource NewSource(SourceName name) =>
        new(_track, _track.NextEpoch(), null!, 0, Format) { Name = name };

    private TrackSource NewSource() =>
        new(_track, _track.NextEpoch(), origin: null!, section: 0, Format);
}
