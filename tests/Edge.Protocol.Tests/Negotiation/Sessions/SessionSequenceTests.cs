using Edge.Primitives;
using Edge.Protocol.Negotiation.Sessions;
using Edge.Testing;
using Edge.Testing.Jsep;
using Xunit;

namespace Edge.Protocol.Tests.Negotiation.Sessions;

/// <summary>Random sequences of everything two sides can do, descriptions that get lost among them.</summary>
/// <remarks>
/// After each step: no browser would refuse what the session wrote (<c>JsepRules</c>: order and count of
/// m-lines, unique mids, bundle, directions, numbers that never change their meaning), and both sides
/// agree on every section once a description has come through.
/// </remarks>
public sealed class SessionSequenceTests
{
    private const int Rounds = 40;
    private const int Steps = 40;

    [Fact]
    public void Sequence_Chromium_NeverRefusedAndAlwaysAgreed() =>
        Seeds.Check(random => Run(JsepHabits.Chromium, random), Rounds);

    [Fact]
    public void Sequence_Firefox_NeverRefusedAndAlwaysAgreed() =>
        Seeds.Check(random => Run(JsepHabits.Firefox, random), Rounds);

    private static void Run(JsepHabits habits, Prng random)
    {
        var policy = new SessionPolicy { AddsAnchor = random.NextInt32(4) != 0 };
        var sequence = new SessionSequence(new SessionBench(habits, policy), random);
        for (var step = 0; step < Steps; step++)
        {
            sequence.Step();
        }

        // Whatever was lost on the way, one more description brings both sides together.
        sequence.Settle();
    }
}
