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
        Send(0, SentPackets.Capacity + 100, everyMs: 1);
        Assert.Equal(SentPackets.Capacity * 100, _sent.InFlightBytes);

        _sent.HandleSent(
            new(SentPackets.Capacity + 100),
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
            _sent.HandleFeedback(ref feedback, results, Instant.Zero + SentPackets.AgeMax * 2)
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
        while ((count = _sent.HandleFeedback(ref feedback, results, Instant.Zero)) > 0)
        {
            counts.Add(count);
        }

        Assert.Equal([2, 2, 1], counts);
    }

    /// <summary>256 of them wait in each viewer, and are moved when sorted.</summary>
    [Fact]
    public void PacketResult_Size_IsHalfACacheLine() =>
        Assert.Equal(32, System.Runtime.CompilerServices.Unsafe.SizeOf<PacketResult>());

    [Fact]
    public void Correction_WrapOf24Bits_GoesOn()
    {
        var clock = new FeedbackClock();

        Assert.Equal(TimeSpan.Zero, clock.Correction(0x7FFFFF));
        // The next unit is the least number of 24 bits with sign.
        var wrap = TimeSpan.FromMilliseconds(64.0 * (1 << 24));
        Assert.Equal(wrap, clock.Correction(-0x800000));
        Assert.Equal(wrap, clock.Correction(-0x800000));
        Assert.Equal(TimeSpan.Zero, clock.Correction(0x7FFFFE));
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

    private void Send(int first, int count, int everyMs = 10)
    {
        for (var index = 0; index < count; index++)
        {
            _sent.HandleSent(
                new(unchecked((ushort)(first + index))),
                new SentPacket(100),
                Instant.FromMilliseconds(index * everyMs)
            );
        }
    }

    private List<PacketResult> Tell(TransportFeedback feedback)
    {
        var results = new PacketResult[100];
        var count = _sent.HandleFeedback(ref feedback, results, Instant.FromMilliseconds(100));
        return [.. results.AsSpan(0, count)];
    }
}
