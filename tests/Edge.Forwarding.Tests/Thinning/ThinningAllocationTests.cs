using Edge.Forwarding.KeyFrames;
using Edge.Forwarding.Thinning;
using Edge.Forwarding.Tracks;
using Edge.Primitives;
using Edge.Testing;
using Edge.Wire.Payload;
using Xunit;

namespace Edge.Forwarding.Tests.Thinning;

/// <summary>Thinning on the packet path allocates nothing: TryMapThinned (with Judge, JudgeLate and
/// EndsPicture) and SetFacts by whole streams, and each part by itself.</summary>
public sealed class ThinningAllocationTests
{
    [Theory]
    [InlineData(CodecKind.Av1, true)]
    [InlineData(CodecKind.Vp9, false)]
    [InlineData(CodecKind.Vp8, false)]
    public void Forward_ThinnedStream_AllocatesNothing(CodecKind codec, bool hasDescriptors)
    {
        var pool = new PacketPool(0, 4096);
        var track = new Track(
            new TrackDescription(MediaKind.Video, codec, 90_000),
            [pool],
            new TrackOptions { VideoCachePackets = 256 }
        );
        var now = Instant.Zero;
        var encoder = new LayeredEncoder(codec, new(codec == CodecKind.Vp8 ? 1 : 3, 3), pool)
        {
            HasDescriptors = hasDescriptors,
        };
        track.StartSource(1, [], now);
        track.SetDescriptorExtension(hasDescriptors ? LayeredEncoder.DescriptorId : (byte)0);
        var subscription = new Subscription(new(1), 1);
        track.Attach(subscription, now);
        List<TrackPacket> packets = [];
        for (var picture = 0; picture < 160; picture++)
        {
            packets.AddRange(encoder.Picture(isKey: false, now));
        }

        // The stream goes round: numbers and timestamps count on, frames jump back at each turn.
        var sink = new CountingThinnedSink();
        var step = 0;
        var last = packets[^1];
        AllocationAssert.None(() =>
        {
            var turn = step / packets.Count;
            var packet = packets[step % packets.Count];
            var shift = turn * (last.ExtendedSequence - packets[0].ExtendedSequence + 1);
            var number = packet.ExtendedSequence + shift;
            now += TimeSpan.FromMilliseconds(4);
            track.SetLayerCap(subscription, step / 100 % 3, step / 300 % 3);
            track.Forward(
                packet with
                {
                    // Every 20th comes behind its neighbour.
                    ExtendedSequence =
                        number % 20 == 7 ? number + 1
                        : number % 20 == 8 ? number - 1
                        : number,
                    Timestamp = unchecked(packet.Timestamp + (uint)(turn * 160 * 3000)),
                    ArrivedAt = now,
                },
                ref sink,
                now
            );
            step++;
        });
        Assert.InRange(sink.Packets, step / 20, step);
    }

    [Fact]
    public void Parts_Steady_AllocateNothing()
    {
        var reader = new DescriptorReader();
        reader.Read(Convert.FromHexString(DescriptorReaderTests.ThreeByThreeKey), 1, out var facts);
        var delta = Convert.FromHexString("c10002");
        var entry = new CachedPacket();
        var thinner = new LayerThinner { Cap = new(1, 1) };
        var chains = new ChainStates();
        var ledger = new FrameLedger();
        var history = new CellHistory();
        var notes = new SentNotes();
        var meter = new LayerRateMeter();
        var number = 1L;
        AllocationAssert.None(() =>
        {
            number++;
            delta[2]++;
            reader.Read(delta, number, out facts);
            thinner.Judge(facts, entry);
            thinner.JudgeLate(facts, entry);
            thinner.EndsPicture(facts, 0);
            thinner.CellAt(0, out _);
            chains.HandleFrame(facts, ledger);
            ledger.Mark(facts.Frame, isForwarded: true);
            ledger.FateOf(facts.Frame);
            ledger.TryFind(facts.Frame, out _);
            history.Add((uint)number, LayerCell.Of((int)(number & 15)));
            history.At((uint)number, out _);
            notes.Begin(number, 1);
            notes.SetMarker(number);
            notes.SetFilled(number);
            _ = notes.HasMarker(number) && notes.IsFilled(number) && notes.ShiftOf(number) == 1;
            meter.Add(facts, 1000, Instant.FromMilliseconds(number));
        });
        Assert.True(facts.Has(FrameFlags.Known));
    }

    private struct CountingThinnedSink : IForwardSink
    {
        public long Packets;

        public void Send(Subscription subscription, in ForwardedPacket packet) => Packets++;
    }
}
