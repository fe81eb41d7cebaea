using Edge.Processes;
using EndToEnd.Tests.Browsers;

namespace EndToEnd.Tests.Support;

/// <summary>What every pair of a publisher and a viewer is held to.</summary>
internal static class Playing
{
    /// <summary>Pictures over which the rate is compared. Chosen: five seconds at 30 a second.</summary>
    private const int FramesMeasured = 150;

    /// <summary>Least share of the published pictures that has to be decoded. How long after is printed, not
    /// judged: two browsers that encode and decode share the machine with whatever else runs on it.</summary>
    private const double ShareMin = 0.95;

    /// <summary>Waits for pictures of the published size, then compares rates, and listens.</summary>
    /// <returns>A line for the log.</returns>
    public static async Task<string> ExpectAsync(
        ConsolePage publisher,
        ConsolePage viewer,
        bool hasSound = true
    )
    {
        // Congestion control starts low: the best layer comes first at the publisher, then at the viewer.
        var sent = await publisher.UntilAsync(
            "the best layer is sent",
            numbers => numbers.Width == numbers.SourceWidth && numbers.Width > 0
        );
        await viewer.UntilAsync(
            $"{sent.Width}x{sent.Height} is decoded",
            numbers => numbers.Width == sent.Width && numbers.Height == sent.Height
        );

        var sentFirst = await publisher.NumbersAsync();
        var seenFirst = await viewer.NumbersAsync();
        var sentLast = await publisher.UntilAsync(
            $"{FramesMeasured} pictures more",
            numbers => numbers.Frames >= sentFirst.Frames + FramesMeasured
        );
        var expected = ShareMin * (sentLast.Frames - sentFirst.Frames);
        var seenLast = await viewer.UntilAsync(
            $"{expected} of them",
            numbers => numbers.Frames >= seenFirst.Frames + expected
        );

        var figures =
            $"{seenLast.Codec} {seenLast.Width}x{seenLast.Height}, {sentLast.Layers} layers: "
            + $"{Rate(sentFirst, sentLast):F1} fps published, {Rate(seenFirst, seenLast):F1} fps decoded "
            + $"{seenLast.At - sentLast.At:F0} ms after, {seenLast.KeyFrames} key frames, "
            + $"audio energy {seenLast.AudioEnergy:E2}";
        await ExpectSizeAsync(publisher, viewer);
        Assert.Equal(sentLast.Codec, seenLast.Codec);
        if (hasSound)
        {
            await viewer.UntilAsync(
                "the sound goes on",
                numbers => numbers.AudioEnergy > seenFirst.AudioEnergy
            );
        }

        return figures;
    }

    /// <summary>What is seen has the size of what is sent. A browser short of CPU sends smaller pictures for a
    /// while, so that the two are looked at together until they agree.</summary>
    private static Task ExpectSizeAsync(ConsolePage publisher, ConsolePage viewer) =>
        Patience.UntilAsync(
            "the size that is published is seen",
            async () =>
            {
                var sent = await publisher.NumbersAsync();
                var seen = await viewer.NumbersAsync();
                return (Sent: (sent.Width, sent.Height), Seen: (seen.Width, seen.Height));
            },
            sizes => sizes.Sent == sizes.Seen && sizes.Seen.Width > 0
        );

    private static double Rate(MediaNumbers first, MediaNumbers last) =>
        1000 * (last.Frames - first.Frames) / (last.At - first.At);
}
