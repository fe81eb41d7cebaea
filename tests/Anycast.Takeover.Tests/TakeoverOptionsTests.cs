using Anycast.Takeover.Indices;
using Anycast.Takeover.Letters;
using Anycast.Takeover.Tests.Simulation;
using Anycast.Takeover.Voting;
using Edge.Primitives;
using Xunit;

namespace Anycast.Takeover.Tests;

public sealed class TakeoverOptionsTests
{
    [Fact]
    public void Validate_Defaults_NoProblem() => Assert.Empty(new TakeoverOptions().Validate());

    [Fact]
    public void Validate_EverythingWrong_SaysEachProblem()
    {
        var options = new TakeoverOptions
        {
            ReserveAheadMax = (1 << 14) + 1,
            SessionsMax = 0,
            StateBytesMax = 60_001,
            SectionsMax = 0,
            StreamsMax = 1001,
            OutboxBytesMax = 1,
            RetryInterval = TimeSpan.Zero,
            SuccessorDelay = TimeSpan.Zero,
            AskInterval = TimeSpan.Zero,
            ReplaceAfter = TimeSpan.Zero,
            GiveUpAfter = TimeSpan.Zero,
            AuditInterval = -TimeSpan.FromSeconds(1),
        };

        Assert.Equal(12, options.Validate().Count);
    }

    /// <summary>The largest session that options allow is one message, and that message one frame.</summary>
    [Fact]
    public void LargestState_FitsAFrame()
    {
        var options = new TakeoverOptions
        {
            StateBytesMax = 60_000,
            SectionsMax = 2048,
            StreamsMax = 1000,
        };
        Assert.Empty(options.Validate());
        var node = new TakeoverNode(1, life: 1, options, Prng.FromNumber(1));
        node.HandlePeer(2, 2, PeerRole.Holder, Instant.Zero);
        node.HandlePeer(3, 3, PeerRole.Holder, Instant.Zero);
        var session = new SessionKey(1);
        Assert.True(node.TryCreate(session, Instant.Zero));
        for (var key = 0U; key < 2048; key++)
        {
            var value = new byte[key == 0 ? 60_000 - 2047 : 1];
            Assert.NotEqual(StateMark.None, node.Write(session, key, value, Instant.Zero));
        }

        for (var stream = 0U; stream < 1000; stream++)
        {
            Assert.NotNull(
                node.TryOpen(session, new StreamId(StreamKind.Srtp, 1, stream), 1, Instant.Zero)
            );
        }

        var outbox = new Outbox(peer: 2, options.OutboxBytesMax);
        outbox.Begin();
        outbox.Mark(StateMark.None);
        Takeover.State.StateItems.WriteSince(
            node.Replicas[session].State,
            StateMark.None,
            isWitness: false,
            outbox
        );
        outbox.End(default);

        Assert.NotEmpty(Frames.Poll(outbox));
        Assert.Equal(0, outbox.Lost);
    }
}
