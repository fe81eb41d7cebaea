using System.Globalization;
using System.Text;
using Edge.Node.Sessions.Calls;
using Edge.Node.Sessions.Calls.State;
using Edge.Primitives;
using Edge.Testing;
using Edge.Wire.State;
using Xunit;
using static Edge.Node.Tests.Sessions.Calls.State.CallsSessionFixture;

namespace Edge.Node.Tests.Sessions.Calls.State;

/// <summary>What the control plane knows of a session goes to another node whole, or not at all.</summary>
public sealed class CallsSessionFormTests
{
    private const int Rounds = 200;
    private const int Mutations = 40;

    /// <summary>The session that comes of it writes the same bytes, whatever the other node's clock says.</summary>
    [Fact]
    public void Write_RandomSessions_AreTheSameElsewhere() =>
        Seeds.Check(
            random =>
            {
                var session = Draw(random);
                var bytes = Write(session);
                var restored = Build(Read(bytes)!);

                Assert.Equal(Describe(session), Describe(restored));
                Assert.Equal(bytes, Write(restored));
            },
            Rounds
        );

    /// <summary>Times are told from now, by whichever clock.</summary>
    [Fact]
    public void Read_AnotherClock_AgesAreKept()
    {
        var session = Draw(Prng.FromNumber(4));
        var reader = new StateReader(Write(session), ReaderNow);
        var restored = Build(CallsSessionForm.TryRead(ref reader)!);

        Assert.Equal(WriterNow - session.CreatedAt, ReaderNow - restored.CreatedAt);
    }

    /// <summary>Viewers of this node have its track already: it is the same object, now with a section.</summary>
    [Fact]
    public void Build_TrackThatIsKnown_BecomesThatOfTheSession()
    {
        var (session, published) = WithTrack();
        var known = new CallsTrack(
            session.Subject,
            published.Name,
            "",
            TrackMediaForm.Of(published.Stream),
            ShardCount
        );

        var restored = Build(Read(Write(session))!, known: _ => known);

        Assert.True(restored.TryFind(published.Name, out var track));
        Assert.Same(known, track);
        Assert.Equal(published.Mid, known.Mid);
        Assert.Same(known, restored.FindByMid(published.Mid));
        Assert.Equal(published.Wanted.Told, known.Wanted.Told);
    }

    /// <summary>Nothing is changed before the session is made.</summary>
    [Fact]
    public void FindTracks_TrackThatIsKnown_IsNotTouched()
    {
        var (session, published) = WithTrack();
        var known = new CallsTrack(
            session.Subject,
            published.Name,
            "",
            TrackMediaForm.Of(published.Stream),
            ShardCount
        );

        var tracks = Read(Write(session))!.FindTracks(_ => known, ShardCount);

        Assert.Contains(known, tracks);
        Assert.Equal("", known.Mid);
    }

    /// <summary>What is pulled and cannot be found any more is over; its section stays.</summary>
    [Fact]
    public void Build_PulledTrackIsGone_SectionCarriesAnEndedTrack()
    {
        var session = Until(session => session.Pulled.Count > 0);

        var restored = Build(Read(Write(session))!, resolve: _ => null);

        foreach (var (mid, pulled) in session.Pulled)
        {
            Assert.True(restored.Pulled[mid].Track.Stream.IsRetired);
            Assert.Equal(pulled.Track.Name, restored.Pulled[mid].Track.Name);
        }
    }

    [Fact]
    public void Write_ThirdParty_IsRefused()
    {
        using var writer = new StateWriter(WriterNow, 1 << 20);
        Assert.False(CallsSessionForm.Write(writer, Make(Prng.FromNumber(1), isThirdParty: true)));
    }

    [Fact]
    public void Write_Over_IsRefused()
    {
        var session = Make(Prng.FromNumber(1));
        Assert.True(session.TryMoveAway());
        using var writer = new StateWriter(WriterNow, 1 << 20);
        Assert.False(CallsSessionForm.Write(writer, session));
    }

    [Fact]
    public void Write_NoRoom_IsRefused()
    {
        using var writer = new StateWriter(WriterNow, 64);
        Assert.False(CallsSessionForm.Write(writer, Make(Prng.FromNumber(1))));
    }

    /// <summary>A name that no reader takes: better here than lost.</summary>
    [Fact]
    public void Write_NameTooLongToBeRead_IsRefused()
    {
        var session = Make(Prng.FromNumber(1));
        session.Intents["0"] = new SectionIntent.Publish(new string('n', 100_000));
        using var writer = new StateWriter(WriterNow, 1 << 20);
        Assert.False(CallsSessionForm.Write(writer, session));
    }

    [Fact]
    public void TryRead_CutShort_Nothing()
    {
        var bytes = Write(Draw(Prng.FromNumber(3)));
        for (var length = 0; length < bytes.Length; length += 3)
        {
            Assert.Null(Read(bytes.AsSpan(0, length)));
        }
    }

    /// <summary>Whatever comes is nothing, or a session that can be written again.</summary>
    [Fact]
    public void TryRead_FlippedOrSpliced_NothingOrASession()
    {
        var sessions = 0;
        Seeds.Check(
            random =>
            {
                var bytes = Write(Draw(random));
                for (var run = 0; run < Mutations; run++)
                {
                    sessions += Take(Mangle(bytes, random)) ? 1 : 0;
                }
            },
            Rounds
        );

        Assert.True(sessions > 0, "Nothing was read that a session came of.");
    }

    [Fact]
    public void TryRead_Junk_Nothing() =>
        Seeds.Check(
            random =>
            {
                var junk = new byte[200];
                random.Fill(junk);
                // A group of fifteen, as a session is.
                junk[0] = (byte)(random.NextInt32(2) == 0 ? 0x9F : junk[0]);
                Assert.Null(Read(junk.AsSpan(0, random.NextInt32(junk.Length))));
            },
            rounds: 3000
        );

    /// <summary>A newer version appends values; this one passes over them.</summary>
    [Fact]
    public void TryRead_NewerVersion_IsRead()
    {
        var bytes = Write(Draw(Prng.FromNumber(3)));
        byte[] longer = [.. bytes, 0xA1, (byte)'x', 7, 0x92, 0xC0, 0xC3];
        longer[4] += 3;
        Assert.NotNull(Read(longer));
    }

    /// <summary>The same section twice, or one that was never agreed, makes no sense.</summary>
    [Fact]
    public void TryRead_SectionThatIsNone_Nothing()
    {
        var session = Make(Prng.FromNumber(2));
        session.Add(
            new CallsTrack(
                session.Subject,
                "cam",
                "0",
                TrackMediaForm.Of(WithTrack().Published.Stream),
                ShardCount
            )
        );
        using var writer = new StateWriter(WriterNow, 1 << 20);
        Assert.False(CallsSessionForm.Write(writer, session));
    }

    /// <summary>What the first version wrote every later version goes on with. The file is never made anew; a version
    /// that writes more adds one.</summary>
    [Fact]
    public void TryRead_WrittenByTheFirstVersion_GoesOn()
    {
        var written = Convert.FromBase64String(Golden.Read("sessions/calls-handover-1.txt"));
        Golden.Match("sessions/calls-handover-1-session.txt", Describe(Build(Read(written)!)));
    }

    private static CallsSession Until(Func<CallsSession, bool> isWanted)
    {
        for (var seed = 1UL; seed < 5000; seed++)
        {
            var session = Draw(Prng.FromNumber(seed));
            if (isWanted(session))
            {
                return session;
            }
        }

        throw new TestingException("No random session is like that.");
    }

    private static (CallsSession Session, CallsTrack Published) WithTrack()
    {
        var session = Until(session => session.Published.Count() == 1);
        return (session, session.Published.Single());
    }

    private static byte[] Mangle(byte[] bytes, Prng random)
    {
        if (random.NextInt32(4) == 0)
        {
            var from = random.NextInt32(bytes.Length);
            return [.. bytes[..random.NextInt32(bytes.Length)], .. bytes[from..]];
        }

        byte[] mangled = [.. bytes];
        for (var flips = 1 + random.NextInt32(4); flips > 0; flips--)
        {
            mangled[random.NextInt32(mangled.Length)] ^= (byte)(1 << random.NextInt32(8));
        }

        return mangled;
    }

    private static bool Take(byte[] bytes)
    {
        if (Read(bytes) is not { } parts)
        {
            return false;
        }

        Assert.NotNull(Read(Write(Build(parts))));
        return true;
    }

    /// <summary>Everything that is known of a session but for its negotiation, whose own form is tested in its room.</summary>
    private static string Describe(CallsSession session)
    {
        var text = new StringBuilder();
        Line(text, "session", session.Facts);
        Line(text, "age", WriterNow - session.CreatedAt);
        Line(text, "audio", session.Audio);
        Line(text, "credentials", session.Credentials);
        Line(text, "events", (session.WantsEvents, session.ToldSequence));
        Line(text, "negotiation", session.Negotiator.State);
        foreach (
            var track in session.Published.OrderBy(track => track.Name, StringComparer.Ordinal)
        )
        {
            Line(text, "published", Describe(track));
            var seen = track.Stream.LastMediaAt;
            Line(text, "  seen", (seen.IsSet ? WriterNow - seen : default, track.WasSilent));
            Line(text, "  told", (track.Wanted.Told, track.Stream.Started.IsCompleted));
        }

        foreach (var (mid, pulled) in session.Pulled)
        {
            Line(text, "pulled", (mid, Describe(pulled.Track)));
            Line(text, "  how", (pulled.Choice, pulled.Delivery));
        }

        foreach (var (mid, intent) in session.Intents)
        {
            Line(text, "intent", mid);
            if (intent is SectionIntent.Pull pull)
            {
                Line(text, "  pull", Describe(pull.Track));
                Line(text, "  how", (pull.Choice, pull.Delivery));
            }
            else
            {
                Line(text, "  publish", intent);
            }
        }

        return text.ToString();
    }

    private static string Describe(CallsTrack track) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{track.Publisher} {track.Name} mid {track.Mid}, {track.Content}, {TrackMediaForm.Of(track.Stream)}, over {track.Stream.IsRetired}"
        );

    private static void Line(StringBuilder text, string name, object? value) =>
        text.Append(CultureInfo.InvariantCulture, $"{name}: {value}\n");
}
