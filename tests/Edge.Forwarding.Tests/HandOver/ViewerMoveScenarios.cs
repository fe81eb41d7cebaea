using Edge.Forwarding.Tests.Support;
using Edge.Forwarding.Tracks;
using Edge.Primitives;
using Edge.Testing;
using Edge.Wire.Payload;
using Xunit;

namespace Edge.Forwarding.Tests.HandOver;

/// <summary>A viewer whose session goes on in another process, again and again. It may not notice.</summary>
public sealed class ViewerMoveScenarios
{
    public static readonly TheoryData<CodecKind, int> Streams = new()
    {
        { CodecKind.Opus, 1 },
        { CodecKind.H264, 1 },
        { CodecKind.H264, 2 },
        { CodecKind.Vp8, 1 },
        { CodecKind.Vp8, 3 },
    };

    /// <summary>In one quality, over nodes that have the track, get it with the viewer, or later, while packets come:
    /// to the byte what the twin gets, and nobody is asked for a key frame.</summary>
    [Theory]
    [MemberData(nameof(Streams))]
    public void Moves_OneQuality_AsIfItHadStayed(CodecKind codec, int layers) =>
        Seeds.Check(
            random =>
            {
                var run = new HandOverRun(codec, random, layers);
                Steps(run, 30 + random.NextInt32(30));
                var asked = run.Origin.Bench.Requests.Count;
                while (run.Moves < 8)
                {
                    run.BeginMove(
                        hasTrack: random.NextInt32(3) == 0,
                        missed: random.NextInt32(6),
                        learnsLater: random.NextInt32(6)
                    );
                    Steps(run, 12 + random.NextInt32(60));
                    Repair(run, random);
                }

                Assert.Equal(SubscriptionState.Live, run.Viewer.State);
                Assert.Equal(0, run.Asked);
                Assert.Equal(asked, run.Origin.Bench.Requests.Count);
                IsAsTwin(run);
                Expect.Continuous(run.Sent, codec);
                Assert.InRange(run.StateBytesMost, 100, 1000);
            },
            rounds: 8
        );

    /// <summary>Layers and pauses are chosen between moves, and at the moment of a move what was chosen last is still
    /// waited for.</summary>
    [Theory]
    [InlineData(CodecKind.H264, 2)]
    [InlineData(CodecKind.Vp8, 3)]
    public void Moves_ChoicesAtRandom_Continuous(CodecKind codec, int layers) =>
        Seeds.Check(
            random =>
            {
                var run = new HandOverRun(codec, random, layers);
                Steps(run, 60);
                while (run.Moves < 12)
                {
                    Choose(run, random, layers);
                    Steps(run, random.NextInt32(3) * random.NextInt32(40));
                    run.BeginMove(
                        hasTrack: random.NextInt32(3) == 0,
                        missed: random.NextInt32(4),
                        learnsLater: random.NextInt32(6)
                    );
                    Steps(run, 12 + random.NextInt32(60));
                    Repair(run, random);
                }

                run.Pause(false);
                run.Prefer("l");
                Steps(run, 60);
                Assert.Equal(0, run.Viewer.CurrentLayer);
                Assert.Equal(SubscriptionState.Live, run.Viewer.State);
                Expect.Continuous(run.Sent, codec);
                Assert.InRange(
                    run.Sent.Count(packet => !packet.IsRetransmission),
                    run.TwinSent.Count(packet => !packet.IsRetransmission) * 3 / 4,
                    run.TwinSent.Count(packet => !packet.IsRetransmission) * 5 / 4
                );
            },
            rounds: 8
        );

    /// <summary>Where nothing is missed and nobody is late, not even a change of layers tells.</summary>
    [Theory]
    [InlineData(CodecKind.H264, 2)]
    [InlineData(CodecKind.Vp8, 3)]
    public void Moves_AtOnceWithChoices_AsIfItHadStayed(CodecKind codec, int layers) =>
        Seeds.Check(
            random =>
            {
                var run = new HandOverRun(codec, random, layers);
                Steps(run, 60);
                while (run.Moves < 8)
                {
                    run.Prefer(Rids[random.NextInt32(layers + 1)]);
                    Steps(run, 50 + random.NextInt32(30));
                    run.BeginMove(hasTrack: true, missed: 0, learnsLater: 0);
                    Steps(run, 1 + random.NextInt32(30));
                }

                IsAsTwin(run);
                Expect.Continuous(run.Sent, codec);
            },
            rounds: 8
        );

    /// <summary>A pause at the viewer's wish goes on, and ends with a key frame or with the next sound.</summary>
    [Theory]
    [InlineData(CodecKind.Opus, 1)]
    [InlineData(CodecKind.Vp8, 1)]
    public void Move_WhilePaused_GoesOnWhenResumed(CodecKind codec, int layers)
    {
        var run = new HandOverRun(codec, Seeds.Random(), layers);
        Steps(run, 20);
        run.Pause(true);
        Steps(run, 10);
        var sent = run.Sent.Count;
        run.BeginMove(hasTrack: false, missed: 1, learnsLater: 1);
        Steps(run, 20);
        Assert.True(run.Viewer.IsPaused);
        Assert.Equal(sent, run.Sent.Count);
        run.Pause(false);
        Steps(run, 20);

        Assert.True(run.Sent.Count > sent + 15);
        Expect.Continuous(run.Sent, codec);
    }

    private static readonly string[] Rids = ["", "l", "m", "h"];

    private static void Choose(HandOverRun run, Prng random, int layers)
    {
        if (random.NextInt32(4) == 0)
        {
            run.Pause(!run.Viewer.IsPaused);
        }
        else
        {
            run.Prefer(Rids[random.NextInt32(layers + 1)]);
        }
    }

    private static void Steps(HandOverRun run, int count)
    {
        for (; count > 0 || run.IsMoving; count--)
        {
            run.Step();
        }
    }

    private static void Repair(HandOverRun run, Prng random)
    {
        for (var number = 0; number < 5; number++)
        {
            run.Nack(run.Viewer.HighestSent - random.NextInt32(40));
        }
    }

    private static void IsAsTwin(HandOverRun run)
    {
        var first = run.TwinSent.Select(packet => packet with { AtMs = 0 }).ToList();
        Assert.Equal(first, run.Sent.Select(packet => packet with { AtMs = 0 }));
        Assert.True(first.Count > 100);
    }
}
