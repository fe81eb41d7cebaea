using Edge.Primitives;
using Edge.Testing.Clients;

namespace Edge.Load;

/// <summary>What the publisher sends: 30 frames a second of 9 packets, each frame spread over 5 ms as a
/// browser's pacer does, and Opus at 50 packets a second.</summary>
internal static class LoadStreams
{
    /// <summary>With the RTP header, the extensions that our own node and Janus agree to and the tag of
    /// GCM, this makes 1200 bytes of UDP payload (measured), and 1194 with SHA1_80.</summary>
    private const int PayloadBytes = 1156;

    private const int FirstNumbersBelow = 0x8000;

    /// <summary>The streams in the order of the offer's sections.</summary>
    public static ClientStream[] Create(Prng random) =>
        [
            new(new SyntheticAudio(), First(random)),
            new(
                new SyntheticVideo(
                    new SyntheticVideoOptions
                    {
                        FramesPerSecond = 30,
                        PacketsPerFrame = 9,
                        PayloadBytes = PayloadBytes,
                        FrameSpread = TimeSpan.FromMilliseconds(5),
                    }
                ),
                First(random)
            ),
        ];

    private static SequenceNumber First(Prng random) =>
        new((ushort)random.NextInt32(FirstNumbersBelow));
}
