using Xunit;

namespace Edge.Forwarding.Tests.Support;

/// <summary>What every viewer may expect of what it was sent, when upstream lost nothing.</summary>
internal static class Expect
{
    /// <summary>No repeat, no gap but one number behind a cut frame, timestamps and picture ids rising
    /// with frames, every change of layer or publisher at a key frame.</summary>
    public static void Continuous(IReadOnlyList<SentPacket> sent, bool isVp8 = false) =>
        Continuous(sent, (_, _, _) => true, isVp8);

    /// <summary>The same when upstream may have lost packets.</summary>
    /// <param name="sent">All that was sent.</param>
    /// <param name="wasReceived">Whether a packet of (epoch, layer, number) ever came and had media.</param>
    /// <param name="isVp8">Whether picture ids are there to be checked.</param>
    public static void Continuous(
        IReadOnlyList<SentPacket> sent,
        Func<ushort, byte, long, bool> wasReceived,
        bool isVp8
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
        for (var index = 1; index < ordered.Count; index++)
        {
            Follows(ordered[index - 1], ordered[index], fillers, wasReceived, isVp8);
        }
    }

    private static void Follows(
        SentPacket before,
        SentPacket after,
        HashSet<long> fillers,
        Func<ushort, byte, long, bool> wasReceived,
        bool isVp8
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
                lost += wasReceived(after.Epoch, after.Layer, number) ? 0 : 1;
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
            Assert.True(after.IsKeyFrameStart, $"{after} begins a run without a key frame.");
            Assert.True(advance > 0, $"The timestamp does not rise from {before} to {after}.");
            if (missing > 0)
            {
                Assert.False(before.Marker && missing > 600, $"A hole from {before} to {after}.");
            }
        }

        if (isVp8)
        {
            var steps = (after.PictureId - before.PictureId) & 0x7FFF;
            Assert.True(
                advance == 0 ? steps == 0 : steps is > 0 and < 1000,
                $"The picture id goes from {before} to {after}."
            );
        }
    }
}
