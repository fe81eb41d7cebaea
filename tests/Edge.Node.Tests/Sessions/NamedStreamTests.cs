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
    private static readonly NegotiatedCodec Vp8 = new(
        CodecKind.Vp8,
        new PayloadType(96),
        null,
        90_000,
        "VP8",
        null
    );
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

    /// <summary>The publisher went to another node of the PoP: what comes of its track goes on, and what is wanted goes
    /// there.</summary>
    [Fact]
    public void Follow_SameTrackAtAnotherNodeOfThePop_GoesOn()
    {
        var heir = new NodeAddress(Owner.Pop, 9);
        var before = Assert.Single(Follow(Owner, Camera).Followed);

        var change = Follow(heir, Camera);

        Assert.Empty(change.Left);
        Assert.Empty(change.Followed);
        Assert.Empty(change.Ended);
        Assert.Equal((before, heir), Assert.Single(change.Moved));
        Assert.Same(before, Assert.Single(_stream.Remote!.Tracks));
    }

    /// <summary>The publisher of a stream that was followed comes here: the same track, the same epoch, nothing ends.</summary>
    [Fact]
    public void PublishMoved_StreamThatIsFollowed_TakesItsTracksOver()
    {
        var before = Assert.Single(Follow(Owner, Camera).Followed);
        var source = before.Stream.Source!;
        var session = NewSession();
        var change = new StreamChange();

        _stream.PublishMoved(Moved(session, source.Name, Camera), shardCount: 1, change);

        Assert.Empty(change.Ended);
        Assert.Empty(change.Retired);
        Assert.Empty(change.Closing);
        Assert.Same(before, Assert.Single(change.Left));
        Assert.Same(before.Stream, Assert.Single(change.Continued));
        Assert.Null(_stream.Remote);
        Assert.Null(before.Stream.Remote);
        Assert.Same(session, _stream.Publisher);
        var published = Assert.Single(session.Published)!.Source;
        Assert.Same(published, before.Stream.Source);
        Assert.Same(session, published.Origin);
        Assert.Equal(source.Epoch, published.Epoch);
        Assert.Equal(source.Name, published.Name);
    }

    /// <summary>Nobody here has seen it: it begins, under the name that it had.</summary>
    [Fact]
    public void PublishMoved_StreamThatNobodyFollowed_BeginsUnderItsName()
    {
        var session = NewSession();
        var change = new StreamChange();

        _stream.PublishMoved(
            Moved(session, new SourceName(77, 4), token: null),
            shardCount: 1,
            change
        );

        Assert.Empty(change.Left);
        Assert.Equal(new SourceName(77, 4), Assert.Single(session.Published)!.Source.Name);
    }

    /// <summary>Nobody took it: it comes back as another object, and its former one is not said goodbye for.</summary>
    [Fact]
    public void PublishMoved_SessionThatComesBack_ClosesNothing()
    {
        var name = new SourceName(77, 4);
        var former = NewSession();
        _stream.PublishMoved(Moved(former, name, token: null), 1, new StreamChange());
        var epoch = Assert.Single(former.Published)!.Source.Epoch;
        var session = NewSession();
        var change = new StreamChange();

        _stream.PublishMoved(Moved(session, name, token: null), 1, change);

        Assert.Empty(change.Closing);
        Assert.Empty(change.Ended);
        Assert.Same(session, _stream.Publisher);
        Assert.Equal(epoch, Assert.Single(session.Published)!.Source.Epoch);
    }

    /// <summary>Other tracks of the stream were followed: those end as ever.</summary>
    [Fact]
    public void PublishMoved_OtherTrackFollowed_LeavesThat()
    {
        var before = Assert.Single(Follow(Owner, TrackToken.Create("other", "0")).Followed);
        var former = before.Stream.Source!;
        var session = NewSession();
        var change = new StreamChange();

        _stream.PublishMoved(Moved(session, new SourceName(77, 4), Camera), 1, change);

        Assert.Same(before, Assert.Single(change.Left));
        var published = Assert.Single(session.Published)!.Source;
        Assert.Same(before.Stream, published.Track);
        Assert.True(published.IsNewerThan(former));
    }

    [Fact]
    public void ForgetMoved_PublisherWithoutPlayers_IsAbandonedWithoutAnEnd()
    {
        var session = NewSession();
        _stream.PublishMoved(Moved(session, new SourceName(77, 4), null), 1, new StreamChange());
        var change = new StreamChange();

        _stream.ForgetMoved(session, followed: null, change, Instant.Zero);

        Assert.True(_stream.IsAbandoned);
        Assert.Empty(change.Ended);
        Assert.Empty(change.Closing);
        Assert.Null(Assert.Single(change.Retired).Source);
    }

    /// <summary>Players stay, and take the tracks from where the publisher went.</summary>
    [Fact]
    public void ForgetMoved_PlayersStay_FollowTheOtherNode()
    {
        var session = NewSession();
        var player = NewSession();
        _stream.PublishMoved(Moved(session, new SourceName(77, 4), null), 1, new StreamChange());
        _stream.AddPlayer(player);
        var source = Assert.Single(session.Published)!.Source;
        var remote = Offer(Owner, Camera).Continue(source.Track, source, shards: 1);
        source.Track.Source = remote.Inlet.Source;
        var claim = new ClaimNotice(new StreamClaim(8, OtherOwner));
        var followed = RemoteStream.Moved(new StreamKey("app", "stream"), claim, Owner, [remote]);
        var change = new StreamChange();

        _stream.ForgetMoved(session, followed, change, Instant.Zero);

        Assert.Empty(change.Ended);
        Assert.Empty(change.Retired);
        Assert.Same(followed, _stream.Remote);
        Assert.Equal(new StreamClaim(9, Owner), followed.Claim);
        Assert.Same(followed, remote.Of);
        Assert.False(_stream.VacantSince.IsSet);
        Assert.Equal(source.Epoch, source.Track.Source.Epoch);
        // It ends like any other that was followed.
        _stream.HandleGone(followed, change, Instant.Zero);
        Assert.Same(remote, Assert.Single(change.Left));
    }

    /// <summary>Players stay, and nothing is taken from the other node: they wait for a publisher.</summary>
    [Fact]
    public void ForgetMoved_PlayersStayAndNothingIsFollowed_Waits()
    {
        var session = NewSession();
        _stream.PublishMoved(Moved(session, new SourceName(77, 4), null), 1, new StreamChange());
        _stream.AddPlayer(NewSession());
        var change = new StreamChange();

        _stream.ForgetMoved(session, followed: null, change, Instant.Zero);

        Assert.Empty(change.Ended);
        Assert.Equal(Instant.Zero, _stream.VacantSince);
        Assert.Empty(_stream.Playable());
    }

    private static MovedPublisher Moved(Session session, SourceName name, TrackToken? token) =>
        new(
            session,
            new StreamClaim(5, Owner),
            [
                new MovedPublisher.Source(
                    new MediaAgreement
                    {
                        Mid = Mid.Create("0"),
                        Kind = MediaKind.Video,
                        Codec = Vp8,
                        Extensions = default,
                    },
                    name,
                    token
                ),
            ]
        );

    private static Session NewSession() =>
        new(
            "0123456789abcdef",
            new StreamKey("app", "stream"),
            SessionRole.Publisher,
            peer: null!,
            fragment: "fragment",
            ownerShard: 0
        )
        {
            CreatedAt = default,
            Identity = SampleIdentity.Shared,
            Media = [],
            RemoteFragment = "",
        };

    private static RemoteOffer Offer(NodeAddress owner, in TrackToken token) =>
        new(
            token,
            new DemandKey(owner, "app"),
            new SourceName(1, 1),
            MediaKind.Video,
            new TrackFormat(Vp8, default, []),
            new TrackInlet.LayerWord[1]
        );

    private StreamChange Follow(NodeAddress owner, in TrackToken token)
    {
        var offer = Offer(owner, token);
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
