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

    private TrackSource NewSource() =>
        new(
            _track,
            _track.NextEpoch(),
            origin: null!,
            section: 0,
            new TrackFormat(Vp8, new HeaderExtensionMap(), Rids: [])
        );
}
