using Edge.Forwarding.Rewriting;
using Edge.Primitives;
using Edge.Testing;
using Edge.Wire.State;
using Xunit;

namespace Edge.Forwarding.Tests.Rewriting;

public sealed class SequenceRewriterTests
{
    /// <summary>Where sequence arithmetic goes wrong when it goes wrong.</summary>
    public static readonly TheoryData<ushort> WrapNeighbours = new()
    {
        0,
        1,
        127,
        128,
        129,
        32_767,
        32_768,
        32_769,
        65_534,
        65_535,
    };

    [Theory]
    [MemberData(nameof(WrapNeighbours))]
    public void TryMap_FromAnyStart_CountsOnAcrossTheWrap(ushort start)
    {
        var rewriter = Begun(start, firstIn: 65_536 + start);
        for (var index = 0; index < 300; index++)
        {
            Assert.Equal(65_536 + start + index, Send(rewriter, 65_536 + start + index));
        }

        var number = new SequenceNumber(unchecked((ushort)(start + 299)));
        Assert.True(rewriter.TryReverse(number, out var sent, out var received, out _));
        Assert.Equal(sent, received);
    }

    [Fact]
    public void TryMap_GapThenLatePacket_GetsItsReservedNumberOnce()
    {
        var rewriter = Begun(10, firstIn: 1000);
        var first = Send(rewriter, 1000);
        Assert.Equal(first + 5, Send(rewriter, 1005));
        Assert.Equal(first + 2, Send(rewriter, 1002));
        Assert.Null(Send(rewriter, 1002));
        Assert.Null(Send(rewriter, 999));
    }

    [Fact]
    public void TryMap_GapBeyondTheBound_ClosesUp()
    {
        var rewriter = Begun(10, firstIn: 1000);
        var first = Send(rewriter, 1000);
        var far = 1001 + SequenceRewriter.GapMax + 1;
        Assert.Equal(first + 2, Send(rewriter, far));
        Assert.Equal(first + 3, Send(rewriter, far + 1));
        Assert.Null(Send(rewriter, 1500));
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 2)]
    public void Begin_OtherLayer_LeavesANumberUnusedBehindACutFrame(bool marker, int step)
    {
        var rewriter = Begun(10, firstIn: 1000);
        var last = Send(rewriter, 1000, marker: marker);
        Begin(rewriter, 70_000, layer: 1);
        Assert.Equal(last + step, Send(rewriter, 70_000, layer: 1));
    }

    /// <summary>A run without a packet begins behind an unused number; a late packet that ends the frame makes the next run
    /// begin where that number is.</summary>
    [Fact]
    public void TryRead_RunsWithoutAPacket_AreRead()
    {
        var rewriter = Begun(10, firstIn: 1000);
        Send(rewriter, 1000, marker: false);
        Assert.True(rewriter.TryMap(0, 1, 1002, out _, out _));
        Begin(rewriter, 2000, layer: 1);
        AssertIsRead(rewriter);
        Send(rewriter, 1002);
        Begin(rewriter, 70_000, layer: 1);
        AssertIsRead(rewriter);
        Send(rewriter, 70_000, layer: 1);
        AssertIsRead(rewriter);
    }

    /// <summary>Numbers before the first packet that was left out stand for what they stood for, also where the run that
    /// has both is read.</summary>
    [Fact]
    public void TryRead_FirstDropInTheMiddleOfARun_NumbersStandForTheSame()
    {
        var rewriter = Begun(10, firstIn: 1000);
        var first = Send(rewriter, 1000)!.Value;
        for (var received = 1001; received < 1100; received++)
        {
            Send(rewriter, received);
        }

        AssertIsRead(rewriter);
        Assert.False(rewriter.TryDrop(0, 1, 1100, out _, out _));
        Send(rewriter, 1101);

        var moved = AssertIsRead(rewriter);
        for (var number = first; number <= first + 100; number++)
        {
            var wire = new SequenceNumber(unchecked((ushort)number));
            Assert.True(moved.TryReverse(wire, out _, out var received, out _));
            Assert.Equal(number == first + 100 ? 1101 : 1000 + number - first, received);
        }
    }

    [Fact]
    public void TryDrop_InOrder_ClosesUp()
    {
        var rewriter = Begun(10, firstIn: 1000);
        var first = Send(rewriter, 1000);
        for (var padding = 1001; padding < 1200; padding++)
        {
            Assert.False(rewriter.TryDrop(0, 1, padding, out _, out _));
        }

        Assert.Equal(first + 1, Send(rewriter, 1200));
        Assert.True(rewriter.TryReverse(new(10), out _, out var received, out _));
        Assert.Equal(1000, received);
    }

    [Fact]
    public void TryDrop_BehindAGap_ReservesTheGap()
    {
        var rewriter = Begun(10, firstIn: 1000);
        var first = Send(rewriter, 1000);
        Assert.False(rewriter.TryDrop(0, 1, 1003, out _, out _));
        Assert.Equal(first + 3, Send(rewriter, 1004));
        Assert.Equal(first + 2, Send(rewriter, 1002));
        Assert.True(rewriter.TryDrop(0, 1, 1001, out var filler, out _));
        Assert.Equal(first + 1, filler);
    }

    [Fact]
    public void TryReverse_NumberOfAnEarlierLayer_FindsItsRun()
    {
        var rewriter = Begun(65_535, firstIn: 1000);
        Send(rewriter, 1000);
        Begin(rewriter, 5000, layer: 2, epoch: 9);
        Send(rewriter, 5000, layer: 2, epoch: 9);

        Assert.True(rewriter.TryReverse(new(65_535), out _, out var first, out var old));
        Assert.Equal((1000L, 0), (first, (int)old.Layer));
        Assert.True(rewriter.TryReverse(new(0), out _, out var second, out var current));
        Assert.Equal((5000L, 2), (second, (int)current.Layer));
        Assert.False(rewriter.TryReverse(new(1), out _, out _, out _));
    }

    /// <summary>Layers, loss, reordering, duplicates and padding at random: no outgoing number twice, and
    /// in the end every number between two sent ones of a run that came is there.</summary>
    [Fact]
    public void TryMap_AnySchedule_NoNumberTwiceAndReverseAgrees() =>
        Seeds.Check(
            random =>
            {
                var rewriter = new SequenceRewriter(new((ushort)random.NextUInt32()));
                var sent = new Dictionary<long, (int Layer, long In)>();
                long[] next = [70_000, 100_000, 131_000];
                var current = 0;
                Begin(rewriter, next[0]);
                for (var step = 0; step < 3000; step++)
                {
                    if (random.NextInt32(100) == 0)
                    {
                        current = random.NextInt32(3);
                        Begin(rewriter, next[current], (byte)current);
                    }

                    next[current] += random.NextInt32(200) == 0 ? 600 : 1;
                    var received = next[current] - random.NextInt32(6);
                    if ((received & 31) == 7)
                    {
                        if (
                            rewriter.TryDrop(current, 1, received, out var filler, out _)
                            && rewriter.TryMark(filler, marker: false)
                        )
                        {
                            Assert.True(sent.TryAdd(filler, (current, received)));
                        }
                    }
                    else if (Send(rewriter, received, current, marker: step % 3 == 0) is { } number)
                    {
                        Assert.True(sent.TryAdd(number, (current, received)));
                        var wire = new SequenceNumber(unchecked((ushort)number));
                        Assert.True(rewriter.TryReverse(wire, out _, out var back, out var run));
                        Assert.Equal((current, received), ((int)run.Layer, back));
                    }
                }

                Assert.True(sent.Count > 1000);
            },
            rounds: 20
        );

    /// <summary>Every second packet dropped: the ring knows all of the window all the same.</summary>
    [Fact]
    public void TryReverse_EverySecondDropped_FindsTheWholeWindow()
    {
        var rewriter = Begun(500, firstIn: 1000);
        var last = 0L;
        for (var received = 1000; received < 9000; received += 2)
        {
            last = Send(rewriter, received)!.Value;
            Assert.False(rewriter.TryDrop(0, 1, received + 1, out _, out _));
        }

        for (var back = 0; back < SequenceRewriter.WindowPackets; back++)
        {
            var wire = new SequenceNumber(unchecked((ushort)(last - back)));
            Assert.True(rewriter.TryReverse(wire, out var sent, out var received, out _));
            Assert.Equal((last - back, 8998 - 2 * back), (sent, received));
        }

        var older = new SequenceNumber(unchecked((ushort)(last - SequenceRewriter.WindowPackets)));
        Assert.False(rewriter.TryReverse(older, out _, out _, out _));
    }

    /// <summary>What is known of each number needs no room until packets are left out, and is right from then on.</summary>
    [Fact]
    public void TryReverse_FirstDropAfterSeveralRuns_FindsThoseBeforeAndBehind()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var rewriter = Begun(500, firstIn: 1000);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1, 2048);
        var sent = new Dictionary<long, long>();
        void SendAll(long first, long end)
        {
            for (var received = first; received < end; received++)
            {
                sent[Send(rewriter, received)!.Value] = received;
            }
        }

        SendAll(1000, 1300);
        // More than is passed on is missing: a run of its own.
        SendAll(5000, 5300);
        Assert.False(rewriter.TryDrop(0, 1, 5300, out _, out _));
        SendAll(5301, 5400);

        Assert.Equal(699, sent.Count);
        foreach (var (number, received) in sent)
        {
            var wire = new SequenceNumber(unchecked((ushort)number));
            Assert.True(rewriter.TryReverse(wire, out var found, out var back, out _));
            Assert.Equal((number, received), (found, back));
        }
    }

    /// <summary>Dropping, loss and reordering at random within one run, against a model that remembers
    /// everything: late packets get the number that was kept for them, and numbers go back to packets.</summary>
    [Fact]
    public void TryMapTryDrop_AnySchedule_AsTheModelSays() =>
        Seeds.Check(
            random =>
            {
                var start = (ushort)random.NextUInt32();
                var rewriter = Begun(start, firstIn: 5000);
                var model = new SequenceModel(65_536L + start);
                var share = 1 + random.NextInt32(9);
                var next = 5000L;
                Assert.Equal(model.Keep(next), Given(rewriter, next));
                for (var step = 0; step < 6000; step++)
                {
                    next += random.NextInt32(40) == 0 ? 1 + random.NextInt32(20) : 1;
                    var received = random.NextInt32(8) == 0 ? next - random.NextInt32(30) : next;
                    received = Math.Max(received, 5000);
                    // Which packets are unwanted is a fact of the packet.
                    if (received > 5000 && received * 7919 % 10 < share)
                    {
                        Assert.Equal(
                            model.Drop(received),
                            rewriter.TryDrop(0, 1, received, out var filler, out _) ? filler : null
                        );
                    }
                    else
                    {
                        var sent = Given(rewriter, received);
                        Assert.Equal(model.Keep(received), sent);
                        rewriter.TryMark(sent ?? 0, marker: true);
                    }

                    var asked = model.LastOut - random.NextInt32(SequenceRewriter.WindowPackets);
                    var wire = new SequenceNumber(unchecked((ushort)asked));
                    if (rewriter.TryReverse(wire, out var found, out var back, out _))
                    {
                        Assert.Equal((asked, model.ReceivedOf(asked)), (found, back));
                    }
                    else
                    {
                        Assert.False(rewriter.WasSent(asked));
                    }
                }
            },
            rounds: 20
        );

    /// <summary>The next number is that of a packet in order; what comes late or is left out takes none of it.</summary>
    [Theory]
    [MemberData(nameof(WrapNeighbours))]
    public void NextNumber_FromAnyStart_IsWhatAPacketInOrderGets(ushort start)
    {
        var rewriter = new SequenceRewriter(new(start));
        Assert.Equal(new(start), rewriter.NextNumber);
        Begin(rewriter, 1000);
        Assert.Equal(new(start), rewriter.NextNumber);
        for (var received = 1000L; received < 1300; received += 3)
        {
            var next = rewriter.NextNumber;
            Assert.Equal(next, Wire(Send(rewriter, received)));
            Assert.Equal(next.Next, rewriter.NextNumber);
            Assert.False(rewriter.TryDrop(0, 1, received + 1, out _, out _));
            Assert.Equal(next.Next, rewriter.NextNumber);
            // One was lost on its way to us, and comes late.
            Assert.Equal(next + 2, Wire(Send(rewriter, received + 3)));
            Assert.Equal(next.Next, Wire(Send(rewriter, received + 2)));
            Assert.Equal(next + 3, rewriter.NextNumber);
            received++;
        }

        Assert.Equal(rewriter.NextNumber, AssertIsRead(rewriter).NextNumber);
    }

    [Fact]
    public void DropWithGap_InsideAnUnwantedFrame_ReservesNothing()
    {
        var rewriter = Begun(10, firstIn: 1000);
        var first = Send(rewriter, 1000);
        rewriter.TryDrop(0, 1, 1001, out _, out _);
        rewriter.DropWithGap(1004);
        Assert.Equal(first + 1, Send(rewriter, 1005));
        Assert.Null(Send(rewriter, 1002));
        Assert.False(rewriter.TryDrop(0, 1, 1003, out _, out _));
    }

    [Fact]
    public void TryMapTryDropTryMarkTryReverse_Steady_AllocateNothing()
    {
        Assert.True(nameof(SequenceRewriter.TryMap).Length > 0);
        var rewriter = Begun(0, firstIn: 1000);
        long next = 1000;
        AllocationAssert.None(() =>
        {
            next++;
            rewriter.TryDrop(0, 1, next, out _, out _);
            next++;
            if (rewriter.TryMap(0, 1, next, out var sent, out _))
            {
                rewriter.TryMark(sent, marker: true);
                var wire = new SequenceNumber(unchecked((ushort)sent));
                rewriter.TryReverse(wire, out _, out _, out _);
            }

            rewriter.TryMapReserved(0, 1, next - 100, out _, out _);
            if (rewriter.IsNew(0, 1, next + 1))
            {
                rewriter.DropWithGap(++next);
            }
        });
    }

    private static SequenceNumber Wire(long? number) =>
        new(unchecked((ushort)Assert.NotNull(number)));

    private static SequenceRewriter AssertIsRead(SequenceRewriter rewriter)
    {
        using var writer = new StateWriter(Instant.Zero, bytesMax: 10_000);
        rewriter.Write(writer, followed: 1);
        var reader = new StateReader(writer.Written, Instant.Zero);
        var moved = SequenceRewriter.TryRead(ref reader);
        Assert.NotNull(moved);
        moved.Follow(1);
        using var again = new StateWriter(Instant.Zero, bytesMax: 10_000);
        moved.Write(again, followed: 1);
        Assert.Equal(writer.Written, again.Written);
        return moved;
    }

    private static SequenceRewriter Begun(ushort first, long firstIn)
    {
        var rewriter = new SequenceRewriter(new(first));
        Begin(rewriter, firstIn);
        return rewriter;
    }

    private static void Begin(
        SequenceRewriter rewriter,
        long firstIn,
        byte layer = 0,
        ushort epoch = 1
    ) =>
        rewriter.Begin(
            new RewriteRun
            {
                FirstIn = firstIn,
                Layer = layer,
                Epoch = epoch,
                Timestamps = new(0, 0, TimestampMap.ScaleOne),
            }
        );

    private static long? Given(SequenceRewriter rewriter, long received) =>
        rewriter.TryMap(0, 1, received, out var sent, out _) ? sent : null;

    private static long? Send(
        SequenceRewriter rewriter,
        long received,
        int layer = 0,
        ushort epoch = 1,
        bool marker = true
    ) =>
        rewriter.TryMap(layer, epoch, received, out var sent, out _)
        && rewriter.TryMark(sent, marker)
            ? sent
            : null;
}
