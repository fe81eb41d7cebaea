using Anycast.Takeover.Indices;
using Anycast.Takeover.State;
using Anycast.Takeover.Voting;
using Xunit;

namespace Anycast.Takeover.Tests.State;

public sealed class SessionStateTests
{
    private static readonly StreamId Stream = new(StreamKind.Srtp, 1, 7);

    [Fact]
    public void Store_ALowerBound_KeepsTheHigherOne()
    {
        var state = Make();
        state.Store(Stream, new Reservation(500, 20), number: 1);
        state.ForgetSections();
        state.Store(Stream, new Reservation(400, 30), number: 2);

        Assert.Equal(new Reservation(500, 30), state.Bounds[Stream].Value);
    }

    [Fact]
    public void TryWrite_BeyondTheRoom_IsRefused_AndChangesNothing()
    {
        var state = Make(new TakeoverOptions { StateBytesMax = 10, SectionsMax = 2 });

        Assert.True(state.TryWrite(1, new byte[6]));
        Assert.False(state.TryWrite(2, new byte[5]));
        Assert.True(state.TryWrite(1, new byte[10]));
        Assert.True(state.TryWrite(1, []));
        Assert.True(state.TryWrite(2, new byte[10]));
        Assert.False(state.TryWrite(3, []));
        Assert.Equal(4, state.Mark.Number);
    }

    [Fact]
    public void ForgetRemoved_OfWhatEverybodyKnows_MakesRoom()
    {
        var state = Make(new TakeoverOptions { SectionsMax = 1 });
        Assert.True(state.TryWrite(1, [1]));
        Assert.True(state.TryWrite(1, []));
        state.ForgetRemoved(number: 1);
        Assert.Single(state.Sections);
        state.ForgetRemoved(number: 2);
        Assert.Empty(state.Sections);
        Assert.True(state.TryWrite(2, [1]));
    }

    [Fact]
    public void TryReserve_TooManyStreams_IsRefused()
    {
        var state = Make(new TakeoverOptions { StreamsMax = 1 });

        Assert.True(state.TryReserve(Stream, new Reservation(1, 0)));
        Assert.False(state.TryReserve(Stream with { Ssrc = 8 }, new Reservation(1, 0)));
        Assert.True(state.TryReserve(Stream, new Reservation(2, 0)));
    }

    [Theory]
    // What the same owner wrote is a prefix.
    [InlineData(3, 5, 3, 5, 3, true)]
    [InlineData(3, 6, 3, 5, 3, true)]
    [InlineData(3, 4, 3, 5, 3, false)]
    // Of a former owner's writes only the very same end.
    [InlineData(2, 5, 2, 5, 3, true)]
    [InlineData(2, 6, 2, 5, 3, false)]
    [InlineData(2, 4, 2, 5, 3, false)]
    [InlineData(1, 5, 2, 5, 3, false)]
    // Who has some of this owner's has all of the former one's.
    [InlineData(3, 6, 2, 5, 3, true)]
    public void IsContinued_ByWhoseAndHowMany(
        long ownEpoch,
        long ownNumber,
        long fromEpoch,
        long fromNumber,
        long epoch,
        bool isContinued
    ) =>
        Assert.Equal(
            isContinued,
            SafetyRules.Instance.IsContinued(
                new StateMark(ownEpoch, ownNumber),
                new StateMark(fromEpoch, fromNumber),
                epoch
            )
        );

    private static SessionState Make(TakeoverOptions? options = null) =>
        new(options ?? new TakeoverOptions(), SafetyRules.Instance);
}
