using Edge.Node.HandOver.Desk;
using Edge.Node.HandOver.Giving;
using Edge.Node.HandOver.State;
using Edge.Node.HandOver.Taking;
using Edge.Testing.Clients;
using Xunit;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>A node never takes more sessions than it has room for, however many letters come at once.</summary>
public sealed class ArrivalRoomTests
{
    private const int Room = 2;

    /// <summary>Each letter takes a while, because a third node watches what its session publishes.</summary>
    [Fact]
    public async Task Take_LettersAtOnce_AreTakenWhileThereIsRoom()
    {
        await using var pop = new PopHarness(2, hasMesh: true, change: PopHarness.Staying);
        var heir = pop.Add("small", adapt: options => options with { SessionsMax = Room });
        var publishers = new List<SocketClient>();
        var watchers = new List<SocketClient>();
        for (var count = 0; count < 2 * Room; count++)
        {
            var publisher = await pop.First.PushAsync();
            publishers.Add(publisher);
            pop.RunUntil(() => publisher.Client.ConnectedAt.IsSet, "It did not connect.");
            watchers.Add(
                await pop.Nodes[1].PullAsync("app", NodeHarness.Remote(publisher.SessionId, "cam"))
            );
        }

        pop.RunUntilAllGoOn(watchers, section: 0, frames: 10);
        var taker = heir.Node.Taker;
        Assert.Equal(new HandOverOffer(WouldTake: true, Room), taker.Consider());
        var givers = pop.First.Node;
        await pop.RunAsync(() => PopHarness.UntilMovableAsync(givers, givers.State.Sessions.All));
        var letters = new List<byte[]>();
        foreach (var publisher in publishers)
        {
            letters.Add(await WriteAsync(pop, publisher));
        }

        HandOverRefusal?[] answers = await Task.WhenAll(
            letters.ConvertAll(letter => taker.TakeAsync(letter, CancellationToken.None).AsTask())
        );

        Assert.Equal(Room, answers.Count(answer => answer is null));
        // One that comes when the first are there already finds a node that takes nobody.
        Assert.All(
            answers,
            answer =>
                Assert.True(
                    answer is null or HandOverRefusal.Full or HandOverRefusal.NotReady,
                    $"{answer}"
                )
        );
        Assert.Equal(Room, heir.Node.SessionCount);
        Assert.Equal(0, taker.Consider().Sessions);
    }

    /// <summary>A session of a letter that is known already, while others of it are not, takes its place once.</summary>
    [Fact]
    public void Enter_OneOfTwo_TheOtherHasItsPlaceAndNobodyElse()
    {
        var known = 0;
        var room = new ArrivalRoom(() => 3 - known);
        using (var places = room.TryReserve(2)!)
        {
            places.Enter(() => known++);
            Assert.Equal(1, room.Left);
            Assert.Null(room.TryReserve(2));
            places.Enter(() => known++);
        }

        Assert.Equal(1, room.Left);
    }

    /// <summary>What is not taken in the end leaves its room to others.</summary>
    [Fact]
    public async Task Take_LetterIsRefused_ItsRoomIsFree()
    {
        await using var pop = new PopHarness(2);
        var heir = pop.Nodes[1];
        var before = heir.Node.Taker.Consider();
        var nonsense = GroupLetter.Write([
            [1, 2, 3],
        ])!;

        for (var letter = 0; letter < 3; letter++)
        {
            Assert.Equal(
                HandOverRefusal.Unreadable,
                await heir.Node.Taker.TakeAsync(nonsense, CancellationToken.None)
            );
        }

        Assert.Equal(before, heir.Node.Taker.Consider());
    }

    private static async Task<byte[]> WriteAsync(PopHarness pop, SocketClient client)
    {
        var state = pop.First.Node.State;
        Assert.True(state.Calls.TryFind("app", client.SessionId, out var calls));
        var group = await pop.First.Node.Giver.WriteAsync([new LeavingSession(calls.Media, calls)]);
        return GroupLetter.Write([Assert.Single(group.Parcels)])!;
    }
}
