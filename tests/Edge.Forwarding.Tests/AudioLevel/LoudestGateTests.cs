using Edge.Forwarding.AudioLevel;
using Edge.Primitives;
using Edge.Testing;
using Xunit;

namespace Edge.Forwarding.Tests.AudioLevel;

/// <summary>Which tracks may pass when only so many may.</summary>
public sealed class LoudestGateTests
{
    private const int Places = 2;

    [Fact]
    public void Admits_FewerSpeakThanPlaces_FirstLoudPacketPasses() =>
        Seeds.Check(
            random =>
            {
                var lab = new Lab(6, Places, random);
                lab.Talk.Run(2000);
                lab.Talk.Let(3, lab.Talk.Speech(-22));
                lab.Talk.Run(4000);
                var began = lab.Talk.NowMs;
                lab.Talk.Let(5, lab.Talk.Speech(-25));
                lab.Talk.Run(4000);

                Assert.Contains((3, 2000), lab.Passed);
                Assert.Contains((5, began), lab.Passed);
                Assert.DoesNotContain((5, began), lab.Stopped);
            },
            rounds: 50
        );

    /// <summary>The ends of words are soft: who spoke last is not cut off by who begins.</summary>
    [Fact]
    public void Admits_AnotherBegins_EndOfTheLastWordPasses()
    {
        var lab = new Lab(3, places: 1, Seeds.Random());
        lab.Talk.Let(0, lab.Talk.Speech(-22));
        lab.Talk.Run(3000);
        var ended = lab.Talk.NowMs;
        lab.Talk.Let(0, lab.Talk.Quiet());
        lab.Talk.Run(500);
        lab.Talk.Let(1, lab.Talk.Speech(-25));
        lab.Talk.Run(3000);

        Assert.All(
            Enumerable.Range(0, 25),
            packet => Assert.Contains((0, ended + packet * Talk.PacketMs), lab.Passed)
        );
        // With a single place the other waits for the end of the hangover, and then passes.
        Assert.InRange(lab.Passed.First(one => one.Person == 1).AtMs - ended, 500, 860);
    }

    [Fact]
    public void Admits_MoreSpeakThanPlaces_LoudestPassWithoutFlapping() =>
        Seeds.Check(
            random =>
            {
                var lab = new Lab(5, Places, random);
                for (var person = 0; person < 5; person++)
                {
                    lab.Talk.Let(person, lab.Talk.Speech(-40 + (person * 6)));
                    lab.Talk.Run(500);
                }

                lab.Talk.Run(8000);
                lab.Passed.Clear();
                lab.Talk.Run(30_000);

                Assert.Equal([3, 4], lab.Passed.Select(one => one.Person).Distinct().Order());
                Assert.InRange(lab.Changes, 0, 12);
            },
            rounds: 20
        );

    /// <summary>However people speak, never more than the places pass at one time, and somebody always does.</summary>
    [Fact]
    public void Admits_AnyTalk_NeverMoreThanThePlaces() =>
        Seeds.Check(
            random =>
            {
                var places = 1 + random.NextInt32(4);
                var lab = new Lab(8, places, random);
                for (var step = 0; step < 200; step++)
                {
                    var person = random.NextInt32(8);
                    lab.Talk.Let(
                        person,
                        random.NextInt32(3) switch
                        {
                            0 => lab.Talk.Quiet(),
                            1 => Talk.Nothing(),
                            _ => lab.Talk.Speech(-15 - random.NextInt32(25)),
                        }
                    );
                    if (random.NextInt32(10) == 0)
                    {
                        lab.Gate.Forget(random.NextInt32(8));
                    }

                    lab.Talk.Run(Talk.PacketMs * (1 + random.NextInt32(40)));
                }

                var moments = lab
                    .Passed.GroupBy(one => one.AtMs, one => one.Person)
                    .Select(moment => moment.ToHashSet())
                    .ToArray();
                Assert.True(moments.Length > 1000);
                // Who loses a place may have passed a moment before in the same round; not in the next as well.
                Assert.All(
                    moments.Zip(moments.Skip(1)),
                    pair => Assert.InRange(pair.First.Intersect(pair.Second).Count(), 0, places)
                );
            },
            rounds: 20
        );

    [Fact]
    public void Forget_TrackWithAPlace_MakesRoomAtOnce()
    {
        var gate = new LoudestGate(1);
        var quiet = new HeardTrack(1, new SpeechMeter(48_000));
        Assert.True(gate.Admits(new(0, new SpeechMeter(48_000)), Instant.Zero));
        Assert.False(gate.Admits(quiet, Instant.Zero));
        gate.Forget(0);
        Assert.True(gate.Admits(quiet, Instant.Zero));
    }

    [Fact]
    public void Admits_Steady_AllocatesNothing()
    {
        var gate = new LoudestGate(1);
        HeardTrack[] tracks = [new(0, new SpeechMeter(48_000)), new(1, new SpeechMeter(48_000))];
        var at = 0;
        AllocationAssert.None(() =>
        {
            at++;
            var now = Instant.FromMilliseconds(at * 20);
            foreach (ref readonly var track in tracks.AsSpan())
            {
                track.Meter.Handle(
                    (byte)(at / 100 % 2 == track.Key ? 20 : 90),
                    (uint)at * 960,
                    now
                );
                gate.Admits(track, now);
            }
        });
    }

    /// <summary>A talk behind a gate: what passed, and what did not.</summary>
    private sealed class Lab
    {
        public Lab(int people, int places, Prng random)
        {
            Gate = new LoudestGate(places);
            Talk = new Talk(people, random) { Sent = Take };
        }

        public LoudestGate Gate { get; }

        public Talk Talk { get; }

        public List<(int Person, int AtMs)> Passed { get; } = [];

        public List<(int Person, int AtMs)> Stopped { get; } = [];

        /// <summary>How often those who pass changed.</summary>
        public int Changes =>
            Passed
                .GroupBy(one => one.AtMs, one => one.Person)
                .Select(moment => string.Join(' ', moment.Order()))
                .Aggregate(
                    (Last: "", Count: 0),
                    (so, next) =>
                        (
                            next,
                            so.Count
                                + (string.Equals(so.Last, next, StringComparison.Ordinal) ? 0 : 1)
                        )
                )
                .Count;

        private void Take(HeardTrack track)
        {
            var passes = Gate.Admits(track, Talk.Now);
            (passes ? Passed : Stopped).Add((track.Key, Talk.NowMs));
        }
    }
}
