using System.Globalization;
using Control.Contract.Calls;
using Edge.Node.HandOver.Giving;
using Edge.Node.HandOver.State;
using Edge.Node.Sessions.Calls;
using Edge.Node.Tests.Sessions;
using Edge.Primitives;
using Edge.Protocol.Negotiation.Sessions;
using Edge.Testing;
using Xunit;

namespace Edge.Node.Tests.HandOver.Giving;

/// <summary>Which sessions go in one letter.</summary>
public sealed class SessionGroupsTests
{
    /// <summary>More than a letter has, in a row of whom each pulls from the next: each cut parts two, wherever they come in
    /// the list of sessions.</summary>
    [Fact]
    public void Divide_LongChain_PartsOnePairAtEachCut() =>
        Seeds.Check(random =>
        {
            var people = Make(3 * GroupLetter.SessionsMax);
            var ties = Tied(
                random,
                people,
                (ties, person) =>
                {
                    ties.Tie(people[person], $"track {person}");
                    ties.Tie(people[person], $"track {person + 1}");
                }
            );

            var groups = SessionGroups.Divide(Assert.Single(ties));

            Assert.Equal(3, groups.Count);
            var parted = Enumerable
                .Range(0, people.Count - 1)
                .Count(person =>
                    GroupOf(groups, people[person]) != GroupOf(groups, people[person + 1])
                );
            Assert.Equal(groups.Count - 1, parted);
        });

    /// <summary>Rooms that one person ties to the next stay together as far as they fit.</summary>
    [Fact]
    public void All_AnyOrder_IsTheSame() =>
        Seeds.Check(random =>
        {
            var people = Make(60);
            var expected = Order(people);

            for (var round = 0; round < 5; round++)
            {
                Assert.Equal(expected, Order(people));
            }

            string[] Order(List<LeavingSession> of) =>
                [
                    .. Tied(
                            random,
                            of,
                            (ties, person) =>
                            {
                                ties.Tie(of[person], person / 7);
                                ties.Tie(of[person], $"next to {(person + 1) / 20}");
                            }
                        )
                        .SelectMany(tied => tied)
                        .Select(session => session.Id),
                ];
        });

    [Fact]
    public void All_NothingInCommon_AreApart()
    {
        var people = Make(3);
        var ties = new SessionTies(people);
        ties.Tie(people[0], "one");
        ties.Tie(people[2], "one");
        ties.Tie(people[1], "two");

        Assert.Equal(
            [
                ["0000", "0002"],
                ["0001"],
            ],
            ties.All()
                .Select(tied => tied.ConvertAll(session => session.Id))
                .OrderByDescending(ids => ids.Count)
        );
    }

    private static List<List<LeavingSession>> Tied(
        Prng random,
        List<LeavingSession> people,
        Action<SessionTies, int> tie
    )
    {
        // As a dictionary gives them: in any order.
        var order = Enumerable.Range(0, people.Count).OrderBy(_ => random.NextUInt32()).ToList();
        var ties = new SessionTies(order.ConvertAll(person => people[person]));
        order.ForEach(person => tie(ties, person));
        return [.. ties.All()];
    }

    private static int GroupOf(List<List<LeavingSession>> groups, LeavingSession session) =>
        groups.FindIndex(group => group.Contains(session));

    private static List<LeavingSession> Make(int count)
    {
        var random = Prng.FromNumber(1);
        var policy = new SessionPolicy { Cname = "cname" };
        var request = new NewSessionRequest("app", null, false, null, null);
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(index => new LeavingSession(
                    media: null,
                    new CallsSession(
                        index.ToString("0000", CultureInfo.InvariantCulture),
                        request,
                        policy,
                        random.Fork(),
                        Instant.Zero
                    )
                    {
                        Identity = SampleIdentity.Shared,
                    }
                )),
        ];
    }
}
