using Edge.Wire.Payload;
using Xunit;

namespace Edge.Forwarding.Tests.Support;

/// <summary>What every viewer may expect of what it was sent, when upstream lost nothing.</summary>
internal static class Expect
{
    /// <summary>No repeat, no gap but one number behind a cut frame, timestamps and picture ids rising
    /// with frames, every change of layer or publisher at a key frame.</summary>
    public static void Continuous(
        IReadOnlyList<SentPacket> sent,
        CodecKind codec = CodecKind.H264
    ) => Continuous(sent, (_, _, _) => true, codec);

    /// <summary>The same when upstream may have lost packets.</summary>
    /// <param name="sent">All that was sent.</param>
    /// <param name="wasReceived">Whether a packet of (epoch, layer, number) ever came and had media.</param>
    /// <param name="codec">Sound needs no key frames; VP8 has picture ids to check.</param>
    public static void Continuous(
        IReadOnlyList<SentPacket> sent,
        Func<ushort, byte, long, bool> wasReceived,
        CodecKind codec
    )
    {
        var first = sent.Where(packet => !packet.IsRetransmission).ToList();
        Assert.Equal(first.Count, first.Select(packet => packet.Out).Distinct().Count());
        var ordered = first
            .Where(packet => !packet.IsFiller)
            .OrderBy(packet => packet.Out)
            .ToList();
        var fillers = first
            .Where(packet => packet.IsFiller)
            .Select(packet => packet.Out)
            .ToHashSet();

        // A viewer that began again from the cache gets late packets behind its new start only.
        var places = ordered.Select(packet => (packet.Epoch, packet.Layer, packet.In)).ToHashSet();
        bool IsOwed(ushort epoch, byte layer, long number) =>
            wasReceived(epoch, layer, number) && !places.Contains((epoch, layer, number));
        for (var index = 1; index < ordered.Count; index++)
        {
            Follows(ordered[index - 1], ordered[index], fillers, IsOwed, codec);
        }
    }

    private static void Follows(
        SentPacket before,
        SentPacket after,
        HashSet<long> fillers,
        Func<ushort, byte, long, bool> isOwed,
        CodecKind codec
    )
    {
        var missing = 0;
        for (var number = before.Out + 1; number < after.Out; number++)
        {
            missing += fillers.Contains(number) ? 0 : 1;
        }

        var advance = unchecked((int)(after.Timestamp - before.Timestamp));
        var isSameRun =
            before.Epoch == after.Epoch && before.Layer == after.Layer && after.In > before.In;
        if (isSameRun)
        {
            var lost = 0;
            for (var number = before.In + 1; number < after.In; number++)
            {
                lost += isOwed(after.Epoch, after.Layer, number) ? 0 : 1;
            }

            // One more when a run was begun anew inside the layer, at a key frame.
            var allowed = lost + (after.IsKeyFrameStart && !before.Marker ? 1 : 0);
            Assert.True(
                missing <= allowed,
                $"{missing} numbers are missing between {before} and {after}; {lost} were lost."
            );
            Assert.True(advance >= 0, $"The timestamp went back from {before} to {after}.");
        }
        else
        {
            Assert.True(
                after.IsKeyFrameStart || codec == CodecKind.Opus,
                $"{after} begins a run without a key frame."
            );
            Assert.True(advance > 0, $"The timestamp does not rise from {before} to {after}.");
            Assert.True(
                missing <= 1 + LostBehind(before, isOwed),
                $"{missing} numbers are missing between {before} and {after}."
            );
        }

        if (codec == CodecKind.Vp8)
        {
            var steps = (after.PictureId - before.PictureId) & 0x7FFF;
            Assert.True(
                advance == 0 ? steps == 0 : steps is > 0 and < 1000,
                $"The picture id goes from {before} to {after}."
            );
        }
    }

    /// <summary>How many packets right behind one never came: their numbers may be reserved.</summary>
    private static int LostBehind(SentPacket packet, Func<ushort, byte, long, bool> isOwed)
    {
        var lost = 0;
        while (lost < 600 && !isOwed(packet.Epoch, packet.Layer, packet.In + 1 + lost))
        {
            lost++;
        }

        return lost;
    }
}
