namespace Anycast.Health;

/// <summary>How quickly the address comes and goes.</summary>
public sealed record HealthOptions
{
    /// <summary>Good rounds in a row before an announcement. Default 3, 1 to 100. Chosen: one answer may be luck.</summary>
    public int Rise { get; init; } = 3;

    /// <summary>Bad rounds in a row before a withdrawal. Default 2, 2 to 100. Chosen: with rounds of 250 ms a killed
    /// node is gone after half a second; less than 2 would let two nodes that a common fault hits go at once, before
    /// either hears that the other is in doubt.</summary>
    public int Fall { get; init; } = 2;

    /// <summary>How long a withdrawn address stays so after the first fault. Default 5 s. Chosen: longer than BGP
    /// takes to settle, shorter than a person takes to look.</summary>
    public TimeSpan Hold { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest hold, which doubles with each fault; an address that was announced for so long without
    /// one begins again at <see cref="Hold"/>. Default 2 minutes. Chosen: a node that faults for an hour leaves the
    /// routes some 30 times.</summary>
    public TimeSpan HoldMax { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long nothing at all may answer before that is not taken for a fault of the probing. Default 5 s.
    /// Chosen: a starved machine is late by a second or two.</summary>
    public TimeSpan HungMax { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long what a peer says counts. Default 1 s. Chosen: four rounds of 250 ms; a machine that died
    /// must not be counted on for longer.</summary>
    public TimeSpan PeerSilenceMax { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Every problem, a sentence each.</summary>
    public IReadOnlyList<string> Validate()
    {
        var problems = new List<string>();
        AddUnless(Rise is >= 1 and <= 100, $"{nameof(Rise)} is 1 to 100.", problems);
        AddUnless(Fall is >= 2 and <= 100, $"{nameof(Fall)} is 2 to 100.", problems);
        AddUnless(Hold > TimeSpan.Zero, $"{nameof(Hold)} is above 0.", problems);
        AddUnless(HoldMax >= Hold, $"{nameof(HoldMax)} is not below {nameof(Hold)}.", problems);
        AddUnless(HungMax > TimeSpan.Zero, $"{nameof(HungMax)} is above 0.", problems);
        AddUnless(
            PeerSilenceMax > TimeSpan.Zero,
            $"{nameof(PeerSilenceMax)} is above 0.",
            problems
        );
        return problems;
    }

    private static void AddUnless(bool isRight, string problem, List<string> problems)
    {
        if (!isRight)
        {
            problems.Add(problem);
        }
    }
}
