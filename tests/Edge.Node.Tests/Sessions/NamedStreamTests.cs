using Control.Contract;
using Edge.Mesh;
using Edge.Mesh.Demand;
using Edge.Mesh.Names;
using Edge.Node.MeshLink;
using Edge.Node.Sessions;
using Edge.Primitives;
using Edge.Protocol.Negotiation;
using Edge.Wire.Mesh;
using Edge.Wire.Payload;
using Xunit;

namespace Edge.Node.Tests.Sessions;

/// <summary>A stream that other nodes publish, one after another.</summary>
public sealed class NamedStreamTests
{
    private static readonly NodeAddress Owner = new(2, 1);
    private static readonly NodeAddress OtherOwner = new(3, 1);
    private static readonly TrackToken Camera = TrackToken.Create("session", "0");

    private readonly NamedStream _stream = new(life: 1);
    private ulong _generation;

    /// <summary>The owner has another publisher behind the same track: what comes of it goes on, with what is cached
    /// and what is known of its layers.</summary>
    [Fact]
    public void Follow_SameTrackOfTheSameOwner_GoesOn()
    {
        var before = Assert.Single(Follow(Owner, Camera).Followed);

        var change = Follow(Owner, Camera);

        Assert.Empty(change.Left);
        Assert.Empty(change.Followed);
        Assert.Empty(change.Ended);
        Assert.Same(_stream.Remote, before.Of);
        Assert.Same(before, Assert.Single(_stream.Remote!.Tracks));
        Assert.Same(before.Inlet.Source, before.Stream.Source);
    }

    /// <summary>The stream went on under a new name, or with another owner: viewers stay, the rest is new.</summary>
    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Follow_OtherTrackOrOwner_TakesTheOtherOne(bool isOtherTrack, bool isOtherOwner)
    {
        var before = Assert.Single(Follow(Owner, Camera).Followed);

        var change = Follow(
            isOtherOwner ? OtherOwner : Owner,
            isOtherTrack ? TrackToken.Create("other", "0") : Camera
        );

        Assert.Same(before, Assert.Single(change.Left));
        var track = Assert.Single(change.Followed);
        Assert.Same(before.Stream, track.Stream);
        Assert.Same(track, track.Stream.Remote);
    }

    private StreamChange Follow(NodeAddress owner, in TrackToken token)
    {
        var offer = new RemoteOffer(
            token,
            new DemandKey(owner, "app"),
            new SourceName(1, 1),
            MediaKind.Video,
            new TrackFormat(
                new NegotiatedCodec(CodecKind.Vp8, new PayloadType(96), null, 90_000, "VP8", null),
                default,
                []
            ),
            new TrackInlet.LayerWord[1]
        );
        var change = new StreamChange();
        _stream.Follow(
            new RemoteStream(
                new StreamKey("app", "stream"),
                new StreamClaim(++_generation, owner),
                [offer]
            ),
            shardCount: 1,
            change,
            Instant.Zero
        );
        return change;
    }
}
