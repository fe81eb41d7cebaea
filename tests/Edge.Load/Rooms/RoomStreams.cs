using Edge.Primitives;
using Edge.Testing.Clients;

namespace Edge.Load.Rooms;

/// <summary>What each publishes, and whose network is bad.</summary>
internal static class RoomStreams
{
    private const int FirstNumbersBelow = 0x8000;

    /// <summary>The sound of a member: all are silent but the speakers.</summary>
    public static ClientStream Microphone(RoomsOptions options, int index, Prng random) =>
        new(
            new SyntheticAudio { IsSilent = !IsOneOf(options.Speakers, index, options.People) },
            First(random)
        );

    /// <summary>Her pictures.</summary>
    public static ClientStream Camera(RoomsOptions options, Prng random) =>
        new(
            new SyntheticVideo(
                new SyntheticVideoOptions
                {
                    FramesPerSecond = options.FramesPerSecond,
                    PacketsPerFrame = options.PacketsPerFrame,
                    PayloadBytes = options.PayloadBytes,
                }
            ),
            First(random)
        );

    /// <summary>Whether a member is one of so many that are spread evenly over the room.</summary>
    public static bool IsOneOf(int count, int index, int people) =>
        (index + 1) * count / people > index * count / people;

    /// <summary>Those whom a member pulls: who stand before her in a ring, so that each is pulled as often as she
    /// pulls.</summary>
    public static bool Pulls(RoomsOptions options, int viewer, int publisher)
    {
        var distance = (viewer - publisher + options.People) % options.People;
        return distance >= 1 && distance <= options.Pulls;
    }

    private static SequenceNumber First(Prng random) =>
        new((ushort)random.NextInt32(FirstNumbersBelow));
}
