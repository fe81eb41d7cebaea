using Anycast.Takeover.Letters;
using Anycast.Takeover.Voting;

namespace Anycast.Takeover.Tests.Simulation;

/// <summary>Frames made by hand.</summary>
internal static class Frames
{
    /// <summary>One in which node 99 asks for a seat.</summary>
    public static byte[] Enrol(SessionKey session, VoterId to, long number)
    {
        var outbox = new Outbox(to.Node, bytesMax: 1 << 20);
        outbox.Say(
            new MessageHeader(MessageKind.Enrol, session, to, new VoterId(99, 1, 1), 0, number)
        );
        return Poll(outbox);
    }

    /// <summary>What waits, as one frame.</summary>
    public static byte[] Poll(Outbox outbox)
    {
        var frame = new byte[TakeoverNode.FrameBytesMin];
        return frame[..outbox.Poll(frame)];
    }
}
