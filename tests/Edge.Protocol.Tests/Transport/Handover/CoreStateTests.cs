using Edge.Primitives;
using Edge.Protocol.Congestion;
using Edge.Protocol.Retransmission;
using Edge.Protocol.Transport.Receiving;
using Edge.Testing;
using Edge.Wire.State;
using Xunit;

namespace Edge.Protocol.Tests.Transport.Handover;

/// <summary>Cores that move beside such that stay: what both say is the same, whatever their clocks.</summary>
public sealed class CoreStateTests
{
    private const int StateBytesMax = 1 << 20;
    private const uint ClockRate = 90_000;

    private TimeSpan _shift;

    /// <summary>The transit lies between two clocks: with another of ours it must not jump.</summary>
    [Fact]
    public void ReceptionStatistics_OtherClock_SameJitter()
    {
        var random = Seeds.Random();
        var stayed = default(ReceptionStatistics);
        var moved = default(ReceptionStatistics);
        for (var packet = 0; packet < 5000; packet++)
        {
            var now = Instant.FromMilliseconds(20 * packet + random.NextInt32(30));
            var timestamp = unchecked((uint)packet * 1800);
            stayed.HandlePacket(65536 + packet, timestamp, ClockRate, now);
            moved.HandlePacket(65536 + packet, timestamp, ClockRate, now + _shift);
            // Rounding to units of the clock may differ by one, a sixteenth of which counts.
            Assert.InRange((long)moved.Jitter - stayed.Jitter, -2, 2);
            if (random.NextInt32(20) == 0)
            {
                var writer = Write(
                    random,
                    now,
                    moved,
                    static (w, core) => core.Write(w, ClockRate)
                );
                var reader = new StateReader(writer.Written, now + _shift);
                moved = ReceptionStatistics.Read(ref reader, ClockRate);
                Assert.False(reader.IsBroken);
                writer.Dispose();
            }
        }

        Assert.Equal(stayed.TakeFractionLost(), moved.TakeFractionLost());
    }

    [Fact]
    public void NackGenerator_OtherClock_SameNacks() =>
        Seeds.Check(
            random =>
            {
                _shift = default;
                var stayed = new NackGenerator(new NackOptions());
                var moved = new NackGenerator(new NackOptions());
                var now = Instant.Zero;
                var number = 60_000;
                for (var step = 0; step < 3000; step++)
                {
                    now += TimeSpan.FromMilliseconds(random.NextInt32(10));
                    number += random.NextInt32(6) == 0 ? random.NextInt32(5) : 1;
                    var sequence = new SequenceNumber(
                        unchecked((ushort)(number - random.NextInt32(3)))
                    );
                    var isKey = random.NextInt32(100) == 0;
                    Assert.Equal(
                        stayed.HandlePacket(sequence, isKey, now, out var expected),
                        moved.HandlePacket(sequence, isKey, now + _shift, out var extended)
                    );
                    Assert.Equal(expected, extended);
                    AssertSameNacks(stayed, moved, now);
                    if (random.NextInt32(30) == 0)
                    {
                        using var writer = Write(
                            random,
                            now,
                            moved,
                            static (w, core) => core.Write(w)
                        );
                        moved = new NackGenerator(new NackOptions());
                        var reader = new StateReader(writer.Written, now + _shift);
                        moved.Read(ref reader);
                        Assert.False(reader.IsBroken);
                    }
                }
            },
            rounds: 5
        );

    /// <summary>The bytes of feedback are the same: its count, and arrivals by the clock that the peer knows.</summary>
    [Fact]
    public void TwccReceiver_OtherClock_SameFeedback() =>
        Seeds.Check(
            random =>
            {
                _shift = default;
                var stayed = new TwccReceiver();
                var moved = new TwccReceiver();
                var now = Instant.FromMilliseconds(5_000_000);
                for (var step = 0; step < 5000; step++)
                {
                    now += new TimeSpan(random.NextInt32(60_000));
                    // Some are lost, some late.
                    var number =
                        65_000 + step - (random.NextInt32(10) == 0 ? 0 : random.NextInt32(20));
                    var sequence = new SequenceNumber(unchecked((ushort)number));
                    stayed.HandlePacket(sequence, new Ssrc(1), now);
                    moved.HandlePacket(sequence, new Ssrc(1), now + _shift);
                    AssertSameFeedback(stayed, moved, now);
                    if (random.NextInt32(40) == 0)
                    {
                        using var writer = Write(
                            random,
                            now,
                            moved,
                            static (w, core) => core.Write(w)
                        );
                        moved = new TwccReceiver();
                        var reader = new StateReader(writer.Written, now + _shift);
                        moved.Read(ref reader);
                        Assert.False(reader.IsBroken);
                    }
                }

                Assert.True(stayed.FeedbackPackets > 50);
            },
            rounds: 5
        );

    [Fact]
    public void LayerClaims_PartlyTaken_TheRestIsTakenElsewhere()
    {
        var claims = new LayerClaims(layers: 3);
        Assert.True(claims.TryRead([0x51, 0x00, 100, 0xC8, 0x01], layerOfPacket: 1));
        Assert.True(claims.TryTake(out _, out _));
        using var writer = new StateWriter(Instant.Zero, StateBytesMax);
        claims.Write(writer);

        var moved = new LayerClaims(layers: 3);
        var reader = new StateReader(writer.Written, Instant.Zero);
        moved.Read(ref reader);
        Assert.False(reader.IsBroken);
        while (claims.TryTake(out var layer, out var claim))
        {
            Assert.True(moved.TryTake(out var movedLayer, out var movedClaim));
            Assert.Equal((layer, claim), (movedLayer, movedClaim));
        }

        Assert.False(moved.HasAny);
    }

    private void AssertSameNacks(NackGenerator stayed, NackGenerator moved, Instant now)
    {
        Span<ushort> expected = stackalloc ushort[64];
        Span<ushort> actual = stackalloc ushort[64];
        var count = stayed.PollNacks(expected, now);
        Assert.Equal(count, moved.PollNacks(actual, now + _shift));
        Assert.True(expected[..count].SequenceEqual(actual[..count]));
        Assert.Equal(stayed.PollTimeout() + _shift, moved.PollTimeout());
        Assert.Equal(stayed.TryTakeKeyFrameNeeded(), moved.TryTakeKeyFrameNeeded());
        Assert.Equal(stayed.Stats, moved.Stats);
    }

    private void AssertSameFeedback(TwccReceiver stayed, TwccReceiver moved, Instant now)
    {
        var expected = new byte[1200];
        var actual = new byte[1200];
        int length;
        do
        {
            length = stayed.PollFeedback(expected, new Ssrc(9), now);
            Assert.Equal(length, moved.PollFeedback(actual, new Ssrc(9), now + _shift));
            Assert.Equal(expected, actual);
        } while (length > 0);
    }

    /// <summary>Writes a core under its present clock and draws the next one.</summary>
    private StateWriter Write<TCore>(
        Prng random,
        Instant now,
        TCore core,
        Action<StateWriter, TCore> write
    )
    {
        var writer = new StateWriter(now + _shift, StateBytesMax);
        write(writer, core);
        _shift = TimeSpan.FromMilliseconds(random.NextInt32(2_000_000_000) - 1_000_000_000);
        return writer;
    }
}
