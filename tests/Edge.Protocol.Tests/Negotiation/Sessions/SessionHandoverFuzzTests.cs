using Edge.Primitives;
using Edge.Protocol.Negotiation.Sessions;
using Edge.Testing;
using Edge.Testing.Jsep;
using Edge.Testing.Offers;
using Edge.Wire.Payload;
using Edge.Wire.Sdp;
using Edge.Wire.Sdp.Attributes;
using Xunit;

namespace Edge.Protocol.Tests.Negotiation.Sessions;

/// <summary>Whatever bytes come as a session, they are none or one that steps can be taken on.</summary>
public sealed class SessionHandoverFuzzTests
{
    private const int Rounds = 20;
    private const int Mutations = 60;
    private const int Steps = 6;

    private static readonly string[] Captured = [.. CapturedOffers.All];

    [Fact]
    public void TryRead_FlippedBytes_NothingOrASessionThatGoesOn()
    {
        var sessions = 0;
        Seeds.Check(
            random =>
            {
                var (bench, offered) = Draw(random);
                var bytes = SessionRelay.Write(bench.Session);
                for (var run = 0; run < Mutations; run++)
                {
                    sessions += Take(Flip(bytes, random), bench, offered, random) ? 1 : 0;
                }
            },
            Rounds
        );

        Assert.True(sessions > 0, "Nothing was read that steps could be taken on.");
    }

    [Fact]
    public void TryRead_Spliced_NothingOrASessionThatGoesOn() =>
        Seeds.Check(
            random =>
            {
                var (bench, offered) = Draw(random);
                var bytes = SessionRelay.Write(bench.Session);
                for (var run = 0; run < Mutations; run++)
                {
                    var from = random.NextInt32(bytes.Length);
                    var to = random.NextInt32(bytes.Length);
                    var length = random.NextInt32(bytes.Length - from);
                    byte[] longer = [.. bytes[..to], .. bytes.AsSpan(from, length), .. bytes[to..]];
                    byte[] shorter = [.. bytes[..from], .. bytes[(from + length)..]];
                    Take(longer, bench, offered, random);
                    Take(shorter, bench, offered, random);
                }
            },
            Rounds
        );

    [Fact]
    public void TryRead_CutShort_Nothing()
    {
        var bytes = SessionRelay.Write(SessionHandoverTests.Full().Session);
        for (var length = 0; length < bytes.Length; length += 7)
        {
            Assert.Null(SessionRelay.Read(bytes.AsSpan(0, length)));
        }
    }

    [Fact]
    public void TryRead_Junk_Nothing() =>
        Seeds.Check(
            random =>
            {
                var junk = new byte[200];
                random.Fill(junk);
                // A group of three, as a session is.
                junk[0] = (byte)(random.NextInt32(2) == 0 ? 0x93 : junk[0]);
                Assert.Null(SessionRelay.Read(junk.AsSpan(0, random.NextInt32(junk.Length))));
            },
            rounds: 5000
        );

    private static byte[] Flip(byte[] bytes, Prng random)
    {
        byte[] mangled = [.. bytes];
        for (var flips = 1 + random.NextInt32(4); flips > 0; flips--)
        {
            mangled[random.NextInt32(mangled.Length)] ^= (byte)(1 << random.NextInt32(8));
        }

        return mangled;
    }

    /// <summary>A session after some steps, and its offer where one waits.</summary>
    private static (SessionBench Bench, string? Offered) Draw(Prng random)
    {
        var bench = new SessionBench(
            random.NextInt32(2) == 0 ? JsepHabits.Chromium : JsepHabits.Firefox
        );
        var sequence = new SessionSequence(bench, random);
        for (var step = 0; step < Steps; step++)
        {
            sequence.Step();
        }

        return random.NextInt32(2) == 0 ? (bench, null) : (bench, Offer(bench.Session, bench));
    }

    private static string? Offer(SessionNegotiator session, SessionBench bench)
    {
        var both = new SectionRequest.Receive(null, MediaKind.Audio)
        {
            Bidirectional = new("voice", new(77), new(78)),
        };
        var step = session.Offer([new SectionRequest.Send(bench.Track()), both], bench.Local);
        return (step as SessionStep.Taken)?.Change.Sdp;
    }

    private static bool Take(byte[] bytes, SessionBench bench, string? offered, Prng random)
    {
        if (SessionRelay.Read(bytes) is not { } session)
        {
            return false;
        }

        var again = SessionRelay.HandOver(session);
        Assert.Equal(DeepText.Of(session), DeepText.Of(again));
        for (var step = 0; step < Steps; step++)
        {
            offered = GoOn(session, bench, offered, random);
        }

        return true;
    }

    private static string? GoOn(
        SessionNegotiator session,
        SessionBench bench,
        string? offered,
        Prng random
    )
    {
        switch (random.NextInt32(6))
        {
            case 0:
                session.Rollback();
                return null;
            case 1:
                return Offer(session, bench) ?? offered;
            case 2:
                session.ForceStop([
                    .. session
                        .Sections.Where(_ => random.NextInt32(2) == 0)
                        .Select(section => section.Mid),
                ]);
                return offered;
            case 3:
                foreach (var section in session.Sections)
                {
                    session.Carry(section.Mid, bench.Track());
                }

                return offered;
            case 4 when offered is not null:
                session.Accept(Answer(offered));
                return offered;
            default:
                session.Answer(
                    NegotiationSamples.Parse(ClientOffer(bench, random)),
                    [new SectionRequest.ReceiveAll(), new SectionRequest.DataChannels()],
                    bench.Local
                );
                return offered;
        }
    }

    private static string ClientOffer(SessionBench bench, Prng random) =>
        random.NextInt32(2) == 0 || bench.Client.Transceivers.Count == 0
            ? Captured[random.NextInt32(Captured.Length)]
            : bench.Client.CreateOffer();

    /// <summary>All that was offered, taken.</summary>
    private static SessionDescription Answer(string offered)
    {
        var offer = NegotiationSamples.Parse(offered);
        return offer with
        {
            IsIceLite = false,
            Sections =
            [
                .. offer.Sections.Select(section =>
                    section with
                    {
                        Setup = SdpSetup.Active,
                        Direction = section.Direction switch
                        {
                            SdpDirection.SendOnly => SdpDirection.ReceiveOnly,
                            SdpDirection.ReceiveOnly => SdpDirection.SendOnly,
                            SdpDirection.SendReceive or SdpDirection.Inactive => section.Direction,
                            _ => section.Direction,
                        },
                    }
                ),
            ],
        };
    }
}
