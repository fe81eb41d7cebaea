using Edge.Forwarding.AudioLevel;
using Edge.Testing;
using Xunit;

namespace Edge.Forwarding.Tests.AudioLevel;

/// <summary>Scripted talks: who is told to speak, how soon, and how often that changes.</summary>
public sealed class SpeakerTests
{
    private const int Ann = 0;
    private const int Bob = 1;

    [Fact]
    public void Look_SomebodyBeginsToSpeak_IsToldWithin300Ms() =>
        Seeds.Check(
            random =>
            {
                var talk = new Talk(2, random);
                talk.Run(1000 + random.NextInt32(50) * Talk.PacketMs);
                var began = talk.NowMs;
                talk.Let(Ann, talk.Speech(-20 - random.NextInt32(15)));
                talk.Run(2000);

                Assert.InRange(talk.FirstAtMs(Ann, began) - began, 200, 300);
                Assert.Single(talk.Told);
            },
            rounds: 200
        );

    /// <summary>A cough, a knock, a chair: loud for 200 ms, then dying away.</summary>
    [Fact]
    public void Look_CoughsAndKnocks_TellNobody()
    {
        var talk = new Talk(2, Seeds.Random());
        for (var cough = 0; cough < 10; cough++)
        {
            talk.Let(
                Bob,
                at =>
                    at < 200 ? -12
                    : at < 300 ? -45 - at / 10
                    : talk.Room()
            );
            talk.Run(3000);
        }

        Assert.Empty(talk.Told);
    }

    /// <summary>A long pause for breath is still the same speech, a longer one ends it.</summary>
    [Theory]
    [InlineData(600, 1)]
    [InlineData(1200, 3)]
    public void Look_Pause_EndsSpeechOnlyBeyondTheHangover(int pauseMs, int told)
    {
        var talk = new Talk(1, Seeds.Random());
        talk.Let(Ann, talk.Speech(-22));
        talk.Run(3000);
        talk.Let(Ann, talk.Quiet());
        talk.Run(pauseMs);
        talk.Let(Ann, talk.Speech(-22));
        talk.Run(3000);

        Assert.Equal(told, talk.Told.Count);
    }

    [Fact]
    public void Look_TwoAlternate_DominantChangesOncePerTurn() =>
        Seeds.Check(
            random =>
            {
                var talk = new Talk(2, random);
                const int turns = 12;
                for (var turn = 0; turn < turns; turn++)
                {
                    var began = talk.NowMs;
                    var person = turn % 2;
                    talk.Let(person, talk.Speech(-20 - (person * 5)));
                    talk.Let(1 - person, talk.Quiet());
                    talk.Run(2500 + random.NextInt32(1000));

                    Assert.Equal(person, talk.Board.Dominant);
                    Assert.InRange(talk.FirstAtMs(person, began) - began, 0, 300);
                    Assert.Equal(turn, talk.Switches);
                }
            },
            rounds: 20
        );

    /// <summary>Agreement ("yes, right") is told, but does not take the floor.</summary>
    [Fact]
    public void Look_ShortAgreementWhileAnotherSpeaks_DominantStays()
    {
        var talk = new Talk(2, Seeds.Random());
        talk.Let(Ann, talk.Speech(-26));
        for (var turn = 0; turn < 8; turn++)
        {
            talk.Run(2500);
            talk.Let(Bob, at => at < 700 ? -16 : talk.Room());
            talk.Run(1500);
        }

        Assert.Contains(talk.Told, told => told.Speakers.Contains(Bob));
        Assert.Equal(0, talk.Switches);
        Assert.Equal(Ann, talk.Board.Dominant);
    }

    /// <summary>Who is clearly louder for long takes the floor, once; who is about as loud does not.</summary>
    [Theory]
    [InlineData(-15, 1)]
    [InlineData(-24, 0)]
    public void Look_CrossTalk_ClearlyLouderTakesOverOnce(int loudness, int switches)
    {
        var talk = new Talk(2, Seeds.Random());
        talk.Let(Ann, talk.Speech(-26));
        talk.Run(3000);
        talk.Let(Bob, talk.Speech(loudness));
        talk.Run(20_000);

        Assert.Equal(switches, talk.Switches);
        Assert.Equal(2, talk.Board.Speakers.Length);
        Assert.InRange(talk.Told.Count, 2, 3);
    }

    /// <summary>Six people at once for a minute: the dominant one changes seldom.</summary>
    [Fact]
    public void Look_SixPeopleAtOnce_FewSwitches() =>
        Seeds.Check(
            random =>
            {
                var talk = new Talk(6, random);
                for (var second = 0; second < 60; second++)
                {
                    var person = random.NextInt32(6);
                    talk.Let(
                        person,
                        random.NextInt32(2) == 0 ? talk.Quiet() : talk.Speech(-18 - person)
                    );
                    talk.Run(1000);
                }

                Assert.InRange(talk.Switches, 0, 20);
            },
            rounds: 10
        );

    /// <summary>A fan is not a speaker, however long it runs; speech over it is.</summary>
    [Fact]
    public void Look_SteadyNoise_OnlySpeechOverItCounts()
    {
        var random = Seeds.Random();
        var talk = new Talk(1, random);
        talk.Let(Ann, _ => -45 - random.NextInt32(4));
        talk.Run(30_000);
        Assert.Empty(talk.Told);

        talk.Let(Ann, at => Math.Max(talk.Speech(-20)(at), -46));
        talk.Run(1000);
        Assert.Single(talk.Told);
    }

    /// <summary>A fan that is switched on may look like speech, but not for long.</summary>
    [Fact]
    public void Look_NoiseThatBegins_IsForgottenSoon()
    {
        var random = Seeds.Random();
        var talk = new Talk(1, random);
        talk.Run(5000);
        var began = talk.NowMs;
        talk.Let(Ann, _ => -43 - random.NextInt32(4));
        talk.Run(30_000);

        Assert.InRange(talk.Told.Count, 0, 2);
        Assert.InRange(talk.Told.Count == 0 ? 0 : talk.Told[^1].AtMs - began, 0, 3500);
        Assert.False(talk.Meter(Ann).IsSpeaking(talk.Now));
    }

    /// <summary>Music is heard by everybody, so it is told as one long speech without flapping.</summary>
    [Fact]
    public void Look_Music_IsOneLongSpeech()
    {
        var random = Seeds.Random();
        var talk = new Talk(1, random);
        talk.Let(Ann, at => at % 500 < 350 ? -14 - random.NextInt32(6) : -26 - random.NextInt32(8));
        talk.Run(60_000);

        Assert.Single(talk.Told);
        Assert.True(talk.Meter(Ann).IsSpeaking(talk.Now));
    }

    /// <summary>Who is muted by not sending at all stops speaking by time alone; with DTX a packet comes
    /// each 400 ms.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Look_SpeakerFallsSilent_EndsWithTheHangover(bool hasComfortNoise)
    {
        var talk = new Talk(1, Seeds.Random());
        talk.Let(Ann, talk.Speech(-22));
        talk.Run(3000);
        var ended = talk.NowMs;
        talk.Let(Ann, at => hasComfortNoise && at % 400 == 0 ? -127 : 1);
        talk.Run(5000);

        Assert.Equal(2, talk.Told.Count);
        Assert.InRange(talk.Told[1].AtMs - ended, 600, 820);
        Assert.Empty(talk.Told[1].Speakers);

        talk.Let(Ann, talk.Speech(-22));
        talk.Run(300);
        Assert.Equal(3, talk.Told.Count);
    }

    /// <summary>Any levels at any times: told levels are in range, the dominant one speaks, and is first.</summary>
    [Fact]
    public void Look_AnyLevels_DominantIsFirstAndSpeaks() =>
        Seeds.Check(
            random =>
            {
                var talk = new Talk(20, random);
                for (var step = 0; step < 300; step++)
                {
                    var person = random.NextInt32(20);
                    var level = random.NextInt32(128);
                    talk.Let(person, _ => random.NextInt32(8) == 0 ? 1 : -level);
                    talk.Run(Talk.PacketMs * (1 + random.NextInt32(10)));
                    var speakers = talk.Board.Speakers.ToArray();
                    Assert.InRange(speakers.Length, 0, SpeakerBoard.SpeakersMax);
                    Assert.All(speakers, speaker => Assert.InRange(speaker.Level, -127, 0));
                    Assert.Equal(speakers.Length, speakers.Distinct().Count());
                    Assert.Equal(
                        speakers.Length == 0 ? SpeakerBoard.Nobody : speakers[0].Key,
                        talk.Board.Dominant
                    );
                }
            },
            rounds: 20
        );

    [Fact]
    public void HandleLookIsSpeakingIsQuietFor_Steady_AllocateNothing()
    {
        var meter = new SpeechMeter(48_000);
        var board = new SpeakerBoard();
        HeardTrack[] heard = [new(0, meter)];
        var at = 0;
        AllocationAssert.None(() =>
        {
            at++;
            var now = Primitives.Instant.FromMilliseconds(at * 20);
            meter.Handle((byte)(at / 50 % 2 == 0 ? 20 : 90), (uint)at * 960, now);
            board.Look(heard, now);
            meter.IsSpeaking(now);
            meter.IsQuietFor(SpeechMeter.Hangover, now);
        });
        Assert.NotEqual(0, meter.LoudAt.Ticks);
    }
}
