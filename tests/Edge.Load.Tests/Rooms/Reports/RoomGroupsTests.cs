using Edge.Load.Rooms;
using Edge.Load.Rooms.Reports;
using Edge.Primitives;
using Edge.Protocol.Transport.Receiving;
using Edge.Testing.Clients;
using Xunit;

namespace Edge.Load.Tests.Rooms.Reports;

public sealed class RoomGroupsTests
{
    private static readonly Instant Begin = Instant.Zero + TimeSpan.FromSeconds(1);

    [Fact]
    public void Of_TwoViewers_SumsThemAndKeepsTheWorse()
    {
        var one = new RoomMember(0, isBad: false, Begin);
        var other = new RoomMember(1, isBad: false, Begin);

        var group = RoomGroups.Of(
            [
                (one, Counts(published: 100, arrived: 100, missing: 0, [50, 50])),
                (other, Counts(published: 100, arrived: 90, missing: 10, [90, 0])),
            ],
            tracks: 2,
            seconds: 2,
            new RoomLatencies()
        );

        Assert.Equal((2, 1), (group.Viewers, group.Complete));
        Assert.Equal((95, 90), (group.ArrivedPercent, group.ArrivedLeastPercent));
        Assert.Equal(5, group.LostPercent);
        Assert.Equal((76, 72), (group.KilobitsMedian, group.KilobitsLeast));
        Assert.Equal(4.5, group.RecoveredPerSecond);
    }

    [Fact]
    public void Of_ViewerWithFewerTracksThanAsked_IsNotComplete()
    {
        var member = new RoomMember(0, isBad: false, Begin);

        var group = RoomGroups.Of(
            [(member, Counts(published: 10, arrived: 10, missing: 0, [10]))],
            tracks: 2,
            seconds: 1,
            new RoomLatencies()
        );

        Assert.Equal(0, group.Complete);
    }

    /// <summary>The last camera that was there ends a join; neither sound nor who comes later counts.</summary>
    [Fact]
    public void Of_Join_EndsWithTheLastCameraThatWasThere()
    {
        var member = new RoomMember(0, isBad: false, Begin) { AskedAt = At(20) };
        member.Add(Pull(isVideo: true, isOfJoin: true, askedAt: 5, firstAt: 30));
        member.Add(Pull(isVideo: true, isOfJoin: true, askedAt: 5, firstAt: 40));
        member.Add(Pull(isVideo: false, isOfJoin: true, askedAt: 5, firstAt: 400));
        member.Add(Pull(isVideo: true, isOfJoin: false, askedAt: 1000, firstAt: 1010));

        var group = RoomGroups.Of(
            [(member, Counts(published: 10, arrived: 10, missing: 0, [10]))],
            tracks: 4,
            seconds: 1,
            new RoomLatencies()
        );

        Assert.Equal(40, group.Join.Most, tolerance: 1);
        Assert.Equal(20, group.JoinRequests.Most, tolerance: 1);
        Assert.Equal(10, group.LaterPull.Most, tolerance: 1);
    }

    private static ViewerCounts Counts(long published, long arrived, long missing, long[] tracks) =>
        new()
        {
            Published = published,
            Arrived = arrived,
            Missing = missing,
            Recovered = arrived / 20,
            LostOnLink = 0,
            Bytes = arrived * 200,
            OfTracks = tracks,
        };

    private static RoomPull Pull(bool isVideo, bool isOfJoin, int askedAt, int firstAt)
    {
        var track = new PlayedTrack();
        track.HandlePacket(default(ReceivedMedia), [], At(firstAt));
        return new RoomPull(
            new WantedTrack(new RoomMember(9, isBad: false, Begin), isVideo, isOfJoin, At(askedAt)),
            track
        );
    }

    private static Instant At(int milliseconds) => Begin + TimeSpan.FromMilliseconds(milliseconds);
}
