namespace EndToEnd.Tests.Browsers;

/// <summary>What the console says about a publisher or a player.</summary>
internal sealed record ConsoleState(
    string State,
    string Message,
    double? JoinMs,
    int FramesShown,
    LatencyNumbers? GlassToGlass,
    ConsoleStats? Stats
);

/// <summary>What the console shows in numbers; of that, what these tests read.</summary>
/// <param name="AvailableKbps">What the server found a player's network to carry; null before it said so.</param>
internal sealed record ConsoleStats(double? AvailableKbps);

/// <summary>The age of the pictures on the screen, by the clock that is drawn in them.</summary>
internal sealed record LatencyNumbers(double LastMs, double P50Ms, double P95Ms, int Count);
