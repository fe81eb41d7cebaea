using Edge.Primitives;
using Edge.Protocol.Congestion.Sending;
using Edge.Testing;
using Edge.Wire.Rtcp.Feedback;
using Xunit;

namespace Edge.Protocol.Tests.Congestion.Sending;

public sealed class SentPacketsTests
{
    private const double Lost = FeedbackBlocks.Lost;

    private readonly SentPackets _sent = new();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(32767)]
    [InlineData(65534)]
    [InlineData(65535)]
    public void HandleFeedback_LossAcrossAWrap_TellsEachPacketOnce(int first)
    {
        Send(first, count: 4);

        var results = Tell(FeedbackBlocks.Create(first, 1000, Lost, 1010, 1020));

        Assert.Equal(
            [PacketFate.Received, PacketFate.Lost, PacketFate.Received, PacketFate.Received],
            results.Select(result => result.Fate)
        );
        Assert.Equal(Instant.FromMilliseconds(20), results[2].SentAt);
        Assert.Equal(TimeSpan.FromMilliseconds(10), results[2].Arrival - results[0].Arrival);
        Assert.Empty(Tell(FeedbackBlocks.Create(first, 1000, Lost, 1010, 1020)));
    }

    [Fact]
    public void HandleFeedback_PacketAfterItWasToldLost_IsToldLate()
    {
        Send(10, count: 3);
        Tell(FeedbackBlocks.Create(10, 0, Lost, 5));

        var results = Tell(FeedbackBlocks.Create(11, 7, 5));

        Assert.Equal(PacketFate.ReceivedLate, Assert.Single(results).Fate);
    }

    /// <summary>The peer may claim anything: what was not sent has no result.</summary>
    [Fact]
    public void HandleFeedback_NumbersNeverSent_AreNotTold()
    {
        Assert.Empty(Tell(FeedbackBlocks.Create(0, 1, 2)));
        Send(100, count: 2);

        Assert.Empty(Tell(FeedbackBlocks.Create(90, 1, 2, 3)));
        Assert.Empty(Tell(FeedbackBlocks.Create(102, 1, 2, 3)));
        Assert.Equal(2, Tell(FeedbackBlocks.Create(99, 1, 2, 3, 4)).Count);
    }

    [Fact]
    public void HandleSent_SkippedNumbers_HaveNoResultAndNoLoss()
    {
        Send(10, count: 1);
        Send(13, count: 1);

        Assert.Equal(2, Tell(FeedbackBlocks.Create(10, 1, Lost, Lost, 4)).Count);
    }

    [Fact]
    public void InFlightBytes_Feedback_LeavesWhatWasSentAfterIt()
    {
        Send(65534, count: 5);
        Assert.Equal(500, _sent.InFlightBytes);

        Tell(FeedbackBlocks.Create(65535, 1, 2));

        Assert.Equal(200, _sent.InFlightBytes);
    }

    [Fact]
    public void InFlightBytes_NothingHeard_IsBoundedByNumbersAndAge()
    {
        Send(0, SentPackets.CapacityMin + 100, everyMs: 1);
        Assert.Equal(SentPackets.CapacityMin * 100, _sent.InFlightBytes);

        _sent.HandleSent(
            new(SentPackets.CapacityMin + 100),
            new SentPacket(100),
            Instant.FromMilliseconds(10_000_000)
        );

        Assert.Equal(100, _sent.InFlightBytes);
    }

    [Fact]
    public void HandleFeedback_TooOld_IsNotTold()
    {
        Send(0, count: 1);
        var results = new PacketResult[8];
        var feedback = FeedbackBlocks.Create(0, 1);

        Assert.Equal(
            0,
            _sent.HandleFeedback(
                ref feedback,
                results,
                Instant.Zero + SentPackets.AgeMax * 2,
                out _
            )
        );
    }

    [Fact]
    public void HandleFeedback_FewPlaces_GoesOnWithTheNextCall()
    {
        Send(0, count: 5);
        var results = new PacketResult[2];
        var feedback = FeedbackBlocks.Create(0, 1, 2, 3, 4, 5);
        var counts = new List<int>();
        int count;
        while ((count = _sent.HandleFeedback(ref feedback, results, new(1_000_000), out _)) > 0)
        {
            counts.Add(count);
        }

        Assert.Equal([2, 2, 1], counts);
    }

    /// <summary>256 of them wait in each viewer, and are moved when sorted.</summary>
    [Fact]
    public void PacketResult_Size_IsHalfACacheLine() =>
        Assert.Equal(32, System.Runtime.CompilerServices.Unsafe.SizeOf<PacketResult>());

    /// <summary>A viewer of 5 Mbit/s has more than a thousand.</summary>
    [Fact]
    public void SentEntry_Size_IsEightBytes() =>
        Assert.Equal(8, System.Runtime.CompilerServices.Unsafe.SizeOf<SentEntry>());

    [Fact]
    public void Correction_WrapOf24Bits_GoesOn()
    {
        var clock = new FeedbackClock();

        Assert.Equal(TimeSpan.Zero, clock.Correction(0x7FFFFF, Instant.Zero, out _));
        // The next unit is the least number of 24 bits with sign.
        var wrap = TimeSpan.FromMilliseconds(64.0 * (1 << 24));
        Assert.Equal(wrap, clock.Correction(-0x800000, Instant.FromMilliseconds(64), out _));
        Assert.Equal(wrap, clock.Correction(-0x800000, Instant.FromMilliseconds(64), out _));
        Assert.Equal(
            TimeSpan.Zero,
            clock.Correction(0x7FFFFE, Instant.FromMilliseconds(64), out var isJump)
        );
        Assert.False(isJump);
    }

    /// <summary>A clock that jumps goes on here as ours, however often it does.</summary>
    [Theory]
    [InlineData(0x7FFFFF)]
    [InlineData(-0x7FFFFF)]
    [InlineData(50)]
    [InlineData(-50)]
    public void Correction_Jumps_FollowOurClock(int stepUnits)
    {
        var clock = new FeedbackClock();
        var reference = 0;
        clock.Correction(reference, Instant.Zero, out _);
        for (var block = 1; block <= 1000; block++)
        {
            reference = (reference + stepUnits) << 8 >> 8;
            var now = Instant.FromMilliseconds(block * 64);
            var correction = clock.Correction(reference, now, out var isJump);

            Assert.True(isJump);
            var arrival = correction + reference * TimeSpan.FromMilliseconds(64);
            Assert.Equal(block * 64, arrival.TotalMilliseconds);
        }
    }

    [Fact]
    public void HandleFeedback_PacketsForgottenEarly_KeepsMoreFromThenOn()
    {
        for (var block = 0; block < 40; block++)
        {
            // 2000 packets a second, each told of 300 ms later.
            Send(block * 200, count: 200, everyMs: 0.5, fromMs: block * 100);
            Tell(FeedbackBlocks.Create((block - 3) * 200, 1), block * 100 + 100);
        }

        Assert.Equal(SentPackets.CapacityMax, _sent.Capacity);
        var results = Tell(FeedbackBlocks.Create(37 * 200, 1, 2, 3), 4000);
        Assert.Equal(3700.5, results[1].SentAt.Ticks / (double)TimeSpan.TicksPerMillisecond);
        Assert.Equal(3701, results[2].SentAt.Ticks / (double)TimeSpan.TicksPerMillisecond);
    }

    [Fact]
    public void HandleFeedback_SlowPackets_KeepsNoMore()
    {
        for (var block = 0; block < 40; block++)
        {
            Send(block * 20, count: 20, everyMs: 5, fromMs: block * 100);
            Tell(FeedbackBlocks.Create(block * 20, 1), block * 100 + 100);
        }

        Assert.Equal(SentPackets.CapacityMin, _sent.Capacity);
    }

    /// <summary>A ring of its own against a dictionary: what was sent, when, what was told of it.</summary>
    [Fact]
    public void HandleFeedback_AnySequence_IsAsAModelSays() =>
        Seeds.Check(random => new SentPacketsModel(random).Run(steps: 400), rounds: 10);

    /// <summary>Blocks that tell of nothing cost no more than what was sent allows: four bytes can claim
    /// thousands of statuses.</summary>
    [Fact]
    public void HandleFeedback_StatusesWithoutNews_AreBoundedByWhatWasSent()
    {
        Send(0, count: 50_000, everyMs: 0.1);
        var arrivals = new double[2000];
        var blocks = 0;
        while (Walk(FeedbackBlocks.Create(20_000, arrivals)) == arrivals.Length)
        {
            Assert.True(++blocks <= SentPackets.VainMax / arrivals.Length);
        }

        Send(50_000, count: 1000, everyMs: 0.1, fromMs: 5000);
        Assert.Equal(10, Tell(FeedbackBlocks.Create(50_990, new double[10]), 5100).Count);
    }

    [Fact]
    public void SortByArrival_AnyOrder_IsByArrival() =>
        Seeds.Check(
            random =>
            {
                var results = new PacketResult[50];
                for (var index = 0; index < results.Length; index++)
                {
                    var arrival = new TimeSpan(random.NextInt32(30));
                    results[index] = new(new(index), arrival, new(1), PacketFate.Received);
                }

                var sorted = results.OrderBy(result => result.Arrival).ToArray();
                PacketResult.SortByArrival(results);
                Assert.Equal(sorted, results);
            },
            rounds: 20
        );

    private void Send(int first, int count, double everyMs = 10, double fromMs = 0)
    {
        for (var index = 0; index < count; index++)
        {
            _sent.HandleSent(
                new(unchecked((ushort)(first + index))),
                new SentPacket(100),
                Instant.FromMilliseconds(fromMs + index * everyMs)
            );
        }
    }

    /// <summary>How many statuses of a block are looked at.</summary>
    private int Walk(TransportFeedback feedback)
    {
        var first = feedback.BaseSequence;
        _sent.HandleFeedback(ref feedback, new PacketResult[1], new(50_000_000), out _);
        return feedback.Current.Sequence.DistanceFrom(first) + 1;
    }

    private List<PacketResult> Tell(TransportFeedback feedback, double atMs = 100)
    {
        var results = new PacketResult[100];
        var count = _sent.HandleFeedback(
            ref feedback,
            results,
            Instant.FromMilliseconds(atMs),
            out _
        );
        return [.. results.AsSpan(0, count)];
    }
}
