using Anycast.Health.Rounds;
using Xunit;

namespace Anycast.Health.Tests;

public sealed class RoundVerdictsTests
{
    /// <summary>The whole table, as NOTES.md explains it.</summary>
    [Theory]
    [InlineData(MediaAnswer.Answered, ReadinessAnswer.Ready, RoundVerdict.Good)]
    [InlineData(MediaAnswer.Answered, ReadinessAnswer.Ill, RoundVerdict.Bad)]
    [InlineData(MediaAnswer.Answered, ReadinessAnswer.Silent, RoundVerdict.Halting)]
    [InlineData(MediaAnswer.Answered, ReadinessAnswer.Refused, RoundVerdict.Halting)]
    [InlineData(MediaAnswer.Answered, ReadinessAnswer.Draining, RoundVerdict.Draining)]
    [InlineData(MediaAnswer.Silent, ReadinessAnswer.Ready, RoundVerdict.Bad)]
    [InlineData(MediaAnswer.Silent, ReadinessAnswer.Ill, RoundVerdict.Bad)]
    [InlineData(MediaAnswer.Silent, ReadinessAnswer.Silent, RoundVerdict.Hung)]
    [InlineData(MediaAnswer.Silent, ReadinessAnswer.Refused, RoundVerdict.Dead)]
    [InlineData(MediaAnswer.Silent, ReadinessAnswer.Draining, RoundVerdict.Draining)]
    [InlineData(MediaAnswer.Refused, ReadinessAnswer.Ready, RoundVerdict.Bad)]
    [InlineData(MediaAnswer.Refused, ReadinessAnswer.Ill, RoundVerdict.Bad)]
    [InlineData(MediaAnswer.Refused, ReadinessAnswer.Silent, RoundVerdict.Hung)]
    [InlineData(MediaAnswer.Refused, ReadinessAnswer.Refused, RoundVerdict.Dead)]
    [InlineData(MediaAnswer.Refused, ReadinessAnswer.Draining, RoundVerdict.Draining)]
    public void Judge_EachPairOfAnswers_AsTheTableHasIt(
        MediaAnswer media,
        ReadinessAnswer readiness,
        RoundVerdict verdict
    ) => Assert.Equal(verdict, RoundVerdicts.Judge(media, readiness));
}
