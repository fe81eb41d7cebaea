using Edge.Mesh.Messages;
using Edge.Testing;
using Edge.Wire.Mesh.Messages;
using Xunit;

namespace Edge.Mesh.Tests.Messages;

/// <summary>Messages of another node in order, in parts, missing, and twice.</summary>
public sealed class MessageOrderTests
{
    private readonly MessageOrder _order = new(first: 5);

    [Fact]
    public void Judge_WholeMessagesInOrder_AreComplete()
    {
        Assert.Equal((MessageVerdict.Complete, 0UL), Judge(number: 5));
        Assert.Equal((MessageVerdict.Complete, 0UL), Judge(number: 6));
        Assert.Equal(6UL, _order.Last);
    }

    [Fact]
    public void Judge_BeforeTheFirstOrTwice_IsDropped()
    {
        Assert.Equal((MessageVerdict.Drop, 0UL), Judge(number: 4));
        Judge(number: 5);

        Assert.Equal((MessageVerdict.Drop, 0UL), Judge(number: 5));
    }

    [Fact]
    public void Judge_MessageMissing_SaysUpToWhichAndGoesOn()
    {
        Judge(number: 5);

        Assert.Equal((MessageVerdict.Complete, 7UL), Judge(number: 8));
        Assert.Equal((MessageVerdict.Complete, 0UL), Judge(number: 9));
        Assert.Equal((MessageVerdict.Drop, 0UL), Judge(number: 7));
    }

    [Fact]
    public void Judge_Parts_AreCompleteWithTheLast()
    {
        Assert.Equal((MessageVerdict.Append, 0UL), Judge(5, offset: 0, length: 4, total: 10));
        Assert.Equal((MessageVerdict.Append, 0UL), Judge(5, offset: 4, length: 4, total: 10));
        Assert.Equal((MessageVerdict.Drop, 0UL), Judge(5, offset: 4, length: 4, total: 10));
        Assert.Equal(4UL, _order.Last);
        Assert.Equal((MessageVerdict.Complete, 0UL), Judge(5, offset: 8, length: 2, total: 10));
        Assert.Equal(5UL, _order.Last);
    }

    /// <summary>A message with a hole is missing as a whole: its other parts are of no use.</summary>
    [Theory]
    [InlineData(8, 10)]
    [InlineData(4, 11)]
    public void Judge_PartThatDoesNotGoOn_LosesTheMessage(int offset, int total)
    {
        Judge(5, offset: 0, length: 4, total: 10);

        Assert.Equal((MessageVerdict.Drop, 5UL), Judge(5, offset, length: 2, total));
        Assert.Equal((MessageVerdict.Drop, 0UL), Judge(5, offset: 4, length: 6, total: 10));
        Assert.Equal((MessageVerdict.Complete, 0UL), Judge(number: 6));
    }

    [Fact]
    public void Judge_FirstPartMissing_LosesTheMessage()
    {
        Assert.Equal((MessageVerdict.Drop, 6UL), Judge(6, offset: 4, length: 4, total: 8));
        Assert.Equal(6UL, _order.Last);
    }

    [Fact]
    public void Judge_NextMessageWhileOneIsUnfinished_LosesThatOne()
    {
        Judge(5, offset: 0, length: 4, total: 10);

        Assert.Equal((MessageVerdict.Complete, 5UL), Judge(number: 6));
    }

    /// <summary>Where nothing follows, only what is said of the last message shows that it is missing.</summary>
    [Fact]
    public void Judge_Position_ShowsWhatIsMissingAtTheEnd()
    {
        Judge(number: 5);
        Assert.Equal((MessageVerdict.Drop, 0UL), Judge(5, kind: MeshMessageKind.Position));

        Assert.Equal((MessageVerdict.Drop, 7UL), Judge(7, kind: MeshMessageKind.Position));
        Assert.Equal((MessageVerdict.Complete, 0UL), Judge(number: 8));
    }

    [Fact]
    public void Judge_End_IsCompleteInItsTurn() =>
        Assert.Equal((MessageVerdict.Complete, 6UL), Judge(7, kind: MeshMessageKind.End));

    [Fact]
    public void Judge_LastNumberOfAll_IsDropped() =>
        Assert.Equal((MessageVerdict.Drop, 0UL), Judge(ulong.MaxValue));

    /// <summary>Whatever is lost or comes twice, what is complete rises, and what does not come is told.</summary>
    [Fact]
    public void Judge_AnyLossAndRepetition_NothingTwiceNothingUntold() =>
        Seeds.Check(
            static random =>
            {
                var order = new MessageOrder(1);
                var complete = new List<ulong>();
                var lost = 0UL;
                for (ulong number = 1; number <= 60; number++)
                {
                    var parts = 1 + random.NextInt32(3);
                    for (var index = 0; index < parts; index++)
                    {
                        for (var copies = random.NextInt32(5) % 3; copies > 0; copies--)
                        {
                            var verdict = order.Judge(Part(number, index, 1, parts), out var upTo);
                            lost = Math.Max(lost, upTo);
                            if (verdict == MessageVerdict.Complete)
                            {
                                complete.Add(number);
                            }
                        }
                    }
                }

                order.Judge(Part(60, 0, 0, 0, MeshMessageKind.Position), out var rest);
                lost = Math.Max(lost, rest);
                Assert.Equal(complete.Distinct().Order(), complete);
                Assert.Equal(60UL, order.Last);
                var missing = Enumerable
                    .Range(1, 60)
                    .Select(number => (ulong)number)
                    .Except(complete);
                Assert.Equal(missing.LastOrDefault(), lost);
            },
            rounds: 200
        );

    private (MessageVerdict Verdict, ulong LostUpTo) Judge(
        ulong number,
        int offset = 0,
        int length = 1,
        int total = 1,
        MeshMessageKind kind = MeshMessageKind.Message
    )
    {
        var isEmpty = kind != MeshMessageKind.Message;
        var verdict = _order.Judge(
            Part(number, offset, isEmpty ? 0 : length, isEmpty ? 0 : total, kind),
            out var lostUpTo
        );
        return (verdict, lostUpTo);
    }

    private static MeshMessage Part(
        ulong number,
        int offset,
        int length,
        int total,
        MeshMessageKind kind = MeshMessageKind.Message
    ) =>
        new()
        {
            Generation = 1,
            Number = number,
            Offset = offset,
            TotalLength = total,
            IsBinary = true,
            Bytes = new byte[length],
            Kind = kind,
        };
}
