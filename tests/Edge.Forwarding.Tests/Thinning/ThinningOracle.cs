using Edge.Wire.Payload;
using Edge.Wire.Rtp.Dependencies;
using Xunit;

namespace Edge.Forwarding.Tests.Thinning;

/// <summary>What must be true of everything a viewer of a stream with layers was sent.</summary>
internal static class ThinningOracle
{
    /// <summary>No number twice; every frame whole, as far as it came, and so are those it refers to.</summary>
    public static void Decodable(ThinningBench bench, IReadOnlyList<ThinnedPacket> sent)
    {
        var first = sent.Where(packet => !packet.IsRetransmission).ToList();
        Assert.Equal(first.Count, first.Select(packet => packet.Out).Distinct().Count());
        var media = first.Where(packet => !packet.IsFiller).ToList();
        var numbers = media.Select(packet => packet.In).ToHashSet();
        var start = numbers.Count == 0 ? 0 : numbers.Min();
        foreach (var number in numbers)
        {
            var frame = bench.Encoder.FrameOf[number];
            IsWhole(bench, frame, numbers, start, frame);
            foreach (var reference in frame.References)
            {
                IsWhole(bench, bench.Encoder.Frames[reference], numbers, start, frame);
            }
        }
    }

    /// <summary>Numbers without gaps; one marker for each picture, on its last packet; VP8 pictures
    /// counted without gaps. Only where upstream lost and delayed nothing.</summary>
    public static void Seamless(ThinningBench bench, IReadOnlyList<ThinnedPacket> sent)
    {
        for (var index = 1; index < sent.Count; index++)
        {
            var (before, after) = (sent[index - 1], sent[index]);
            Assert.Equal(before.Out + 1, after.Out);
            Assert.False(after.IsFiller);
            var isNew = after.Timestamp != before.Timestamp;
            Assert.True(
                before.Marker == isNew,
                $"Marker {before.Marker} at {Named(bench, before)}, then {Named(bench, after)}."
            );
            if (bench.Codec == CodecKind.Vp8)
            {
                Assert.Equal((before.PictureId + (isNew ? 1 : 0)) & 0x7FFF, after.PictureId);
            }
        }
    }

    /// <summary>Every descriptor can be read with the structures sent before it, frame numbers rise, and
    /// distances between frames are what they were.</summary>
    public static void Described(ThinningBench bench, IReadOnlyList<ThinnedPacket> sent)
    {
        var structure = new DependencyStructure();
        var ordered = sent.Where(packet => !packet.IsFiller && !packet.IsRetransmission)
            .OrderBy(packet => packet.Out)
            .ToList();
        (int Sent, int True)? last = null;
        foreach (var packet in ordered)
        {
            Assert.Equal(
                DependencyDescriptorError.None,
                DependencyDescriptor.TryParse(packet.Descriptor, structure, out var read)
            );
            var frame = bench.Encoder.FrameOf[packet.In];
            Assert.Equal(frame.Spatial, read.SpatialLayer);
            Assert.Equal(frame.Temporal, read.TemporalLayer);
            if (last is { } before)
            {
                var steps = unchecked((short)(read.FrameNumber.Value - before.Sent));
                Assert.Equal(frame.Number - before.True, steps);
            }

            last = (read.FrameNumber.Value, frame.Number);
        }
    }

    /// <summary>From a packet on the viewer got exactly the frames of a decode target.</summary>
    public static void Exactly(
        ThinningBench bench,
        IEnumerable<ThinnedPacket> sent,
        int fromPicture,
        int spatial,
        int temporal
    )
    {
        var got = sent.Where(packet => !packet.IsFiller && !packet.IsRetransmission)
            .Select(packet => bench.Encoder.FrameOf[packet.In])
            .Where(frame => frame.Picture >= fromPicture)
            .Select(frame => frame.Number)
            .ToHashSet();
        var expected = bench
            .Encoder.Frames.Values.Where(frame =>
                frame.Picture >= fromPicture && bench.Mode.IsPart(frame, spatial, temporal)
            )
            .Select(frame => frame.Number)
            .ToHashSet();
        Assert.Equal(expected.Order(), got.Order());
    }

    private static void IsWhole(
        ThinningBench bench,
        LayeredFrame frame,
        HashSet<long> numbers,
        long start,
        LayeredFrame because
    )
    {
        foreach (var number in frame.Packets)
        {
            Assert.True(
                number < start || numbers.Contains(number) || !bench.WasDelivered(number),
                $"Packet {number} of frame {frame.Number} (picture {frame.Picture} s{frame.Spatial}"
                    + $"t{frame.Temporal}) is missing for frame {because.Number} (picture "
                    + $"{because.Picture} s{because.Spatial}t{because.Temporal})."
            );
        }
    }

    private static string Named(ThinningBench bench, ThinnedPacket packet)
    {
        var frame = bench.Encoder.FrameOf[packet.In];
        return $"picture {frame.Picture} s{frame.Spatial}t{frame.Temporal}";
    }
}
