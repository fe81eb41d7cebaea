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

    private readonly StreamTrack _track = new(MediaKind.Video, Vp8, shardCount: 1);

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

    private TrackSource NewSource() =>
        new(
            _track,
            _track.NextEpoch(),
            origin: null!,
            section: 0,
            new TrackFormat(Vp8, new HeaderExtensionMap(), Rids: [])
        );
}
