using Interop.Tests.Support;
using Xunit.Abstractions;

namespace Interop.Tests;

/// <summary>WebRTC stacks that no one here wrote, each as publisher with each as viewer.</summary>
[Collection(LabCollection.Name)]
[Trait("Category", "Interop")]
public sealed class StackTests(Lab lab, ITestOutputHelper output)
{
    // Chosen: four seconds at the published 15 a second, well past what a join replays.
    private const int FramesMin = 60;

    // Chosen: three seconds of packets or blocks of 20 ms, and of samples at 16 kHz and above.
    private const int SoundMin = 150;
    private const int SamplesMin = 48_000;

    // The published tones reach 8000 and more of 32767.
    private const int LoudnessMin = 4_000;

    [Theory]
    [InlineData("werift", "VP8", "werift", "wrtc", "gstreamer")]
    [InlineData("wrtc", "VP8", "werift", "wrtc", "gstreamer")]
    [InlineData("gstreamer", "VP8", "werift", "wrtc", "gstreamer")]
    [InlineData("gstreamer", "H264", "werift", "gstreamer")]
    public async Task Publish_EveryStackPlays_PicturesAndSoundArrive(
        string publishing,
        string codec,
        params string[] playing
    )
    {
        var stream = lab.NewStream();
        await using var publisher = StackPeer.Start(
            publishing,
            StackPeer.Publish,
            lab.Whip(stream),
            codec
        );
        await publisher.UntilAsync("connected", counters => counters.IsConnected);
        foreach (var stack in playing)
        {
            await using var viewer = StackPeer.Start(
                stack,
                StackPeer.Play,
                lab.Whep(stream),
                codec
            );
            var seen = await viewer.UntilAsync(
                $"{FramesMin} pictures with sound",
                counters => counters.Frames >= FramesMin && HasSound(counters)
            );
            Assert.True(seen.IsConnected);
            if (seen.Width > 0 || seen.Audio == 0)
            {
                Assert.Equal((320, 240), (seen.Width, seen.Height));
            }

            output.WriteLine($"{publisher.Name}; {viewer.Name}: {seen}");
            await viewer.EndAsync();
        }

        await publisher.EndAsync();
    }

    private static bool HasSound(StackCounters counters) =>
        counters.Audio >= SoundMin
        || counters.Buffers >= SoundMin
        || (counters.Samples >= SamplesMin && counters.Loudness >= LoudnessMin);
}
