using Edge.Primitives;
using Edge.Testing.Clients;
using Edge.Testing.Clients.Captured;

namespace Edge.Load;

/// <summary>What the publisher sends.</summary>
internal static class LoadStreams
{
    /// <summary>With the RTP header, the extensions that our own node and Janus agree to and the tag of
    /// GCM, this makes 1200 bytes of UDP payload (measured), and 1194 with SHA1_80.</summary>
    private const int PayloadBytes = 1156;

    private const int FirstNumbersBelow = 0x8000;

    /// <summary>The streams in the order of the offer's sections.</summary>
    public static ClientStream[] Create(LoadMedia media, Prng random) =>
        media switch
        {
            LoadMedia.Captured => [Captured("opus", random), Captured("vp8", random)],
            LoadMedia.Sound => [Captured("opus", random)],
            LoadMedia.Plain =>
            [
                new(new SyntheticAudio(), First(random)),
                new(PlainVideo(), First(random)),
            ],
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    private static ClientStream Captured(string codec, Prng random) =>
        new(
            new CapturedSource(
                CapturedTrack.Load($"chromium-{codec}.txt"),
                codec is "opus" ? CapturedKind.Opus : CapturedKind.Vp8
            ),
            First(random)
        );

    private static SyntheticVideo PlainVideo() =>
        new(
            new SyntheticVideoOptions
            {
                FramesPerSecond = 30,
                PacketsPerFrame = 9,
                PayloadBytes = PayloadBytes,
                FrameSpread = TimeSpan.FromMilliseconds(5),
            }
        );

    private static SequenceNumber First(Prng random) =>
        new((ushort)random.NextInt32(FirstNumbersBelow));
}
