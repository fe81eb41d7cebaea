namespace Anycast.Health.Rounds;

/// <summary>The table from both answers of a round to what it says.</summary>
/// <remarks>Why each cell is as it is stands in NOTES.md.</remarks>
public static class RoundVerdicts
{
    /// <summary>Looks into the table.</summary>
    public static RoundVerdict Judge(MediaAnswer media, ReadinessAnswer readiness) =>
        readiness switch
        {
            ReadinessAnswer.Draining => RoundVerdict.Draining,
            ReadinessAnswer.Ill => RoundVerdict.Bad,
            ReadinessAnswer.Ready => media == MediaAnswer.Answered
                ? RoundVerdict.Good
                : RoundVerdict.Bad,
            ReadinessAnswer.Silent => media switch
            {
                MediaAnswer.Answered => RoundVerdict.Halting,
                MediaAnswer.Silent or MediaAnswer.Refused => RoundVerdict.Hung,
                _ => throw new ArgumentOutOfRangeException(nameof(media)),
            },
            ReadinessAnswer.Refused => media == MediaAnswer.Answered
                ? RoundVerdict.Halting
                : RoundVerdict.Dead,
            _ => throw new ArgumentOutOfRangeException(nameof(readiness)),
        };
}
