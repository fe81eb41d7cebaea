using Edge.Primitives;
using Edge.Protocol.Retransmission;
using Edge.Testing;
using Xunit;

namespace Edge.Protocol.Tests.Retransmission;

public sealed class NackGeneratorTests
{
    /// <summary>Where sequence arithmetic goes wrong when it goes wrong.</summary>
    public static readonly TheoryData<ushort> WrapNeighbours = new()
    {
        0,
        1,
        127,
        128,
        129,
        32766,
        32767,
        32768,
        32769,
        65533,
        65534,
        65535,
    };

    private readonly NackGenerator _nack = new(new NackOptions());

    [Theory]
    [MemberData(nameof(WrapNeighbours))]
    public void PollNacks_GapOfThree_AsksAfterTheReorderWaitAndOncePerRoundTrip(ushort start)
    {
        _nack.SetRoundTripTime(TimeSpan.FromMilliseconds(50));
        Receive(start, atMs: 0);
        Receive(start + 4, atMs: 1);

        Assert.Empty(Poll(5));
        Assert.Equal(Instant.FromMilliseconds(11), _nack.PollTimeout());
        Assert.Equal([Wrap(start + 1), Wrap(start + 2), Wrap(start + 3)], Poll(11));
        Assert.Empty(Poll(60));
        Assert.Equal([Wrap(start + 1), Wrap(start + 2), Wrap(start + 3)], Poll(61));
    }

    [Theory]
    [MemberData(nameof(WrapNeighbours))]
    public void HandlePacket_LateAndTwice_RecoveredThenDuplicate(ushort start)
    {
        Receive(start, atMs: 0);
        Receive(start + 3, atMs: 1);

        Assert.Equal(NackArrival.Recovered, Receive(start + 1, atMs: 2));
        Assert.Equal(NackArrival.Duplicate, Receive(start + 1, atMs: 3));
        Assert.Equal(NackArrival.Duplicate, Receive(start + 3, atMs: 3));
        Assert.Equal([Wrap(start + 2)], Poll(20));
        Assert.Equal(NackArrival.New, Receive(start - 2, atMs: 30));
        Assert.Equal(1, _nack.LostCount);
    }

    [Fact]
    public void PollNacks_TenTriesWithoutAnswer_GivesUpAndWantsAKeyFrame()
    {
        Receive(10, atMs: 0);
        Receive(12, atMs: 0);
        var asked = 0;
        for (var ms = 0; ms < 3000; ms += 5)
        {
            asked += Poll(ms).Length;
        }

        Assert.Equal(10, asked);
        Assert.Equal(0, _nack.LostCount);
        Assert.Equal(Instant.Never, _nack.PollTimeout());
        Assert.True(_nack.TryTakeKeyFrameNeeded());
        Assert.False(_nack.TryTakeKeyFrameNeeded());
    }

    [Fact]
    public void PollNacks_LostBeforeAKeyFrame_GivesUpWithoutWantingAnother()
    {
        Receive(10, atMs: 0);
        Receive(12, atMs: 0, isKeyFrameStart: true);
        for (var ms = 0; ms < 3000; ms += 5)
        {
            Poll(ms);
        }

        Assert.Equal(1, _nack.Stats.GivenUp);
        Assert.False(_nack.TryTakeKeyFrameNeeded());
    }

    [Fact]
    public void HandlePacket_JumpBeyondTheList_ClearsItAndWantsAKeyFrame()
    {
        Receive(10, atMs: 0);
        Receive(12, atMs: 0);
        Receive(12 + NackGenerator.LostMax + 5, atMs: 1);

        Assert.Equal(0, _nack.LostCount);
        Assert.Empty(Poll(100));
        Assert.True(_nack.TryTakeKeyFrameNeeded());
    }

    [Fact]
    public void PollNacks_DestinationTooShort_RestStaysDue()
    {
        Receive(0, atMs: 0);
        Receive(5, atMs: 0);
        Span<ushort> two = stackalloc ushort[2];

        Assert.Equal(2, _nack.PollNacks(two, Instant.FromMilliseconds(20)));
        Assert.Equal(2, _nack.PollNacks(two, Instant.FromMilliseconds(20)));
        Assert.Equal([(ushort)3, (ushort)4], two.ToArray());
        Assert.Equal(0, _nack.PollNacks(two, Instant.FromMilliseconds(20)));
    }

    /// <summary>Loss, reordering, duplicates, retransmission: what is asked for was never received,
    /// and the list is sorted.</summary>
    [Fact]
    public void PollNacks_RandomSchedule_NeverAsksForAReceivedPacket() =>
        Seeds.Check(
            random =>
            {
                var nack = new NackGenerator(new NackOptions());
                var received = new HashSet<long>();
                var start = WrapNeighbourAt(random.NextInt32(12));
                var pending = new List<int>();
                var destination = new ushort[300];
                for (var step = 0; step < 4000; step++)
                {
                    var now = Instant.FromMilliseconds(step * 2);
                    pending.Add(step);
                    pending.RemoveAll(_ => random.NextInt32(40) == 0);
                    while (pending.Count > 0 && random.NextInt32(3) != 0)
                    {
                        var index = random.NextInt32(Math.Min(pending.Count, 6));
                        var sequence = Wrap(start + pending[index]);
                        var arrival = nack.HandlePacket(new(sequence), false, now, out var number);
                        Assert.Equal(
                            received.Add(number),
                            arrival is NackArrival.New or NackArrival.Recovered
                        );
                        if (random.NextInt32(10) != 0)
                        {
                            pending.RemoveAt(index);
                        }
                    }

                    CheckAsked(nack, received, destination, random, now);
                }
            },
            rounds: 20
        );

    [Fact]
    public void HandlePacket_WithLoss_AllocatesNothing()
    {
        var sequence = 0;
        AllocationAssert.None(() =>
        {
            sequence += sequence % 7 == 0 ? 2 : 1;
            Receive(sequence, sequence);
        });
    }

    [Fact]
    public void PollNacks_WithLoss_AllocatesNothing()
    {
        var sequence = 0;
        var destination = new ushort[64];
        AllocationAssert.None(() =>
        {
            sequence += 2;
            Receive(sequence, sequence);
            _nack.PollNacks(destination, Instant.FromMilliseconds(sequence));
        });
    }

    private static void CheckAsked(
        NackGenerator nack,
        HashSet<long> received,
        ushort[] destination,
        Prng random,
        Instant now
    )
    {
        var count = nack.PollNacks(destination, now);
        long previous = long.MinValue;
        for (var index = 0; index < count; index++)
        {
            var highest = nack.Highest;
            var number =
                highest
                + new SequenceNumber(destination[index]).DistanceFrom(
                    new(unchecked((ushort)highest))
                );
            Assert.DoesNotContain(number, received);
            Assert.True(number > previous);
            previous = number;

            // Some of what is asked for comes.
            if (random.NextInt32(3) == 0)
            {
                nack.HandlePacket(new(destination[index]), false, now, out var recovered);
                Assert.Equal(number, recovered);
                Assert.True(received.Add(recovered));
                Assert.False(nack.IsLost(recovered));
            }
        }
    }

    private static int WrapNeighbourAt(int index) =>
        new[] { 0, 1, 127, 128, 129, 32766, 32767, 32768, 32769, 65533, 65534, 65535 }[index];

    private static ushort Wrap(int sequence) => unchecked((ushort)sequence);

    private NackArrival Receive(int sequence, int atMs, bool isKeyFrameStart = false) =>
        _nack.HandlePacket(
            new(Wrap(sequence)),
            isKeyFrameStart,
            Instant.FromMilliseconds(atMs),
            out _
        );

    private ushort[] Poll(int atMs)
    {
        var destination = new ushort[100];
        return destination[.._nack.PollNacks(destination, Instant.FromMilliseconds(atMs))];
    }
}
