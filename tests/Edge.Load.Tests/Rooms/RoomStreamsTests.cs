using Edge.Load.Rooms;
using Xunit;

namespace Edge.Load.Tests.Rooms;

public sealed class RoomStreamsTests
{
    [Theory]
    [InlineData(100, 25)]
    [InlineData(7, 6)]
    public void Pulls_Ring_EachPullsAndIsPulledAsOften(int people, int pulls)
    {
        var options = Options(people, pulls);
        for (var person = 0; person < people; person++)
        {
            var others = Enumerable.Range(0, people).ToArray();

            Assert.False(RoomStreams.Pulls(options, person, person));
            Assert.Equal(pulls, others.Count(other => RoomStreams.Pulls(options, person, other)));
            Assert.Equal(pulls, others.Count(other => RoomStreams.Pulls(options, other, person)));
        }
    }

    [Theory]
    [InlineData(0, 100)]
    [InlineData(1, 100)]
    [InlineData(10, 100)]
    [InlineData(3, 7)]
    [InlineData(7, 7)]
    public void IsOneOf_Room_HasJustSoMany(int count, int people) =>
        Assert.Equal(
            count,
            Enumerable.Range(0, people).Count(index => RoomStreams.IsOneOf(count, index, people))
        );

    private static RoomsOptions Options(int people, int pulls)
    {
        string[] arguments = ["--api", "http://a/", "--people", $"{people}", "--pulls", $"{pulls}"];
        Assert.True(
            RoomsOptions.TryParse([.. arguments, "--speakers", "0"], out var options, out _)
        );
        return options;
    }
}
